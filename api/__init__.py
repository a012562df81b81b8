"""The edge: the command line now, the service and the pages later."""
