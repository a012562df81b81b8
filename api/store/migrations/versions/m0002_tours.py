"""Tours of rides; and row security also for the tables of the workflow, which the first step had left out."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

SEES = {
    "access": """access.municipality_id = current_setting('tsunagu.municipality', true)""",
    "answered": """answered.municipality_id = current_setting('tsunagu.municipality', true) AND (current_setting('tsunagu.everybody', true) = 'on' OR answered.user_id = current_setting('tsunagu.user', true))""",
    "audit": """audit.municipality_id = current_setting('tsunagu.municipality', true)""",
    "audit_heads": """audit_heads.municipality_id = current_setting('tsunagu.municipality', true)""",
    "decisions": """decisions.municipality_id = current_setting('tsunagu.municipality', true) AND (current_setting('tsunagu.everybody', true) = 'on' OR (EXISTS (SELECT 1 FROM needs AS needs_1 WHERE needs_1.municipality_id = decisions.municipality_id AND needs_1.need_id = decisions.need_id AND (EXISTS (SELECT 1 FROM residents AS residents_1 WHERE residents_1.municipality_id = needs_1.municipality_id AND residents_1.resident_id = needs_1.resident_id AND (coalesce(residents_1.sharing, '') != 'support_conference' AND (current_setting('tsunagu.all_areas', true) = 'on' OR residents_1.area_id = ANY (string_to_array(current_setting('tsunagu.areas', true), ';'))) OR (EXISTS (SELECT 1 FROM access AS access_1 WHERE access_1.municipality_id = residents_1.municipality_id AND access_1.resident_id = residents_1.resident_id AND access_1.user_id = current_setting('tsunagu.user', true)))))))))""",
    "documents": """documents.municipality_id = current_setting('tsunagu.municipality', true)""",
    "identities": """identities.municipality_id = current_setting('tsunagu.municipality', true) AND (current_setting('tsunagu.everybody', true) = 'on' OR (EXISTS (SELECT 1 FROM residents AS residents_1 WHERE residents_1.municipality_id = identities.municipality_id AND residents_1.resident_id = identities.resident_id AND (coalesce(residents_1.sharing, '') != 'support_conference' AND (current_setting('tsunagu.all_areas', true) = 'on' OR residents_1.area_id = ANY (string_to_array(current_setting('tsunagu.areas', true), ';'))) OR (EXISTS (SELECT 1 FROM access AS access_1 WHERE access_1.municipality_id = residents_1.municipality_id AND access_1.resident_id = residents_1.resident_id AND access_1.user_id = current_setting('tsunagu.user', true)))))))""",
    "meeting_cases": """meeting_cases.municipality_id = current_setting('tsunagu.municipality', true) AND (current_setting('tsunagu.everybody', true) = 'on' OR (EXISTS (SELECT 1 FROM meeting_members AS meeting_members_1 WHERE meeting_members_1.municipality_id = meeting_cases.municipality_id AND meeting_members_1.meeting_id = meeting_cases.meeting_id AND meeting_members_1.user_id = current_setting('tsunagu.user', true))))""",
    "meeting_members": """meeting_members.municipality_id = current_setting('tsunagu.municipality', true)""",
    "meetings": """meetings.municipality_id = current_setting('tsunagu.municipality', true) AND (current_setting('tsunagu.everybody', true) = 'on' OR (EXISTS (SELECT 1 FROM meeting_members AS meeting_members_1 WHERE meeting_members_1.municipality_id = meetings.municipality_id AND meeting_members_1.meeting_id = meetings.meeting_id AND meeting_members_1.user_id = current_setting('tsunagu.user', true))))""",
    "person_keys": """person_keys.municipality_id = current_setting('tsunagu.municipality', true) AND (current_setting('tsunagu.everybody', true) = 'on' OR (EXISTS (SELECT 1 FROM residents AS residents_1 WHERE residents_1.municipality_id = person_keys.municipality_id AND residents_1.resident_id = person_keys.resident_id AND (coalesce(residents_1.sharing, '') != 'support_conference' AND (current_setting('tsunagu.all_areas', true) = 'on' OR residents_1.area_id = ANY (string_to_array(current_setting('tsunagu.areas', true), ';'))) OR (EXISTS (SELECT 1 FROM access AS access_1 WHERE access_1.municipality_id = residents_1.municipality_id AND access_1.resident_id = residents_1.resident_id AND access_1.user_id = current_setting('tsunagu.user', true)))))))""",
    "person_notes": """person_notes.municipality_id = current_setting('tsunagu.municipality', true) AND (current_setting('tsunagu.everybody', true) = 'on' OR (EXISTS (SELECT 1 FROM residents AS residents_1 WHERE residents_1.municipality_id = person_notes.municipality_id AND residents_1.resident_id = person_notes.resident_id AND (coalesce(residents_1.sharing, '') != 'support_conference' AND (current_setting('tsunagu.all_areas', true) = 'on' OR residents_1.area_id = ANY (string_to_array(current_setting('tsunagu.areas', true), ';'))) OR (EXISTS (SELECT 1 FROM access AS access_1 WHERE access_1.municipality_id = residents_1.municipality_id AND access_1.resident_id = residents_1.resident_id AND access_1.user_id = current_setting('tsunagu.user', true)))))))""",
    "proposals": """proposals.municipality_id = current_setting('tsunagu.municipality', true) AND (current_setting('tsunagu.everybody', true) = 'on' OR (EXISTS (SELECT 1 FROM needs AS needs_1 WHERE needs_1.municipality_id = proposals.municipality_id AND needs_1.need_id = proposals.need_id AND (EXISTS (SELECT 1 FROM residents AS residents_1 WHERE residents_1.municipality_id = needs_1.municipality_id AND residents_1.resident_id = needs_1.resident_id AND (coalesce(residents_1.sharing, '') != 'support_conference' AND (current_setting('tsunagu.all_areas', true) = 'on' OR residents_1.area_id = ANY (string_to_array(current_setting('tsunagu.areas', true), ';'))) OR (EXISTS (SELECT 1 FROM access AS access_1 WHERE access_1.municipality_id = residents_1.municipality_id AND access_1.resident_id = residents_1.resident_id AND access_1.user_id = current_setting('tsunagu.user', true)))))))))""",
    "rounds": """rounds.municipality_id = current_setting('tsunagu.municipality', true)""",
    "tour_rides": """tour_rides.municipality_id = current_setting('tsunagu.municipality', true) AND (current_setting('tsunagu.everybody', true) = 'on' OR (EXISTS (SELECT 1 FROM ride_requests AS ride_requests_1 WHERE ride_requests_1.municipality_id = tour_rides.municipality_id AND ride_requests_1.ride_id = tour_rides.ride_id AND (EXISTS (SELECT 1 FROM residents AS residents_1 WHERE residents_1.municipality_id = ride_requests_1.municipality_id AND residents_1.resident_id = ride_requests_1.resident_id AND (coalesce(residents_1.sharing, '') != 'support_conference' AND (current_setting('tsunagu.all_areas', true) = 'on' OR residents_1.area_id = ANY (string_to_array(current_setting('tsunagu.areas', true), ';'))) OR (EXISTS (SELECT 1 FROM access AS access_1 WHERE access_1.municipality_id = residents_1.municipality_id AND access_1.resident_id = residents_1.resident_id AND access_1.user_id = current_setting('tsunagu.user', true)))))))))""",
    "town_files": """town_files.municipality_id = current_setting('tsunagu.municipality', true)""",
}
"""Who sees which rows of each table on PostgreSQL, as `api.store.scope` said when this step was written."""


def upgrade() -> None:
    """Make the table of tours; switch row security on."""
    op.create_table(
        "tour_rides",
        sa.Column("municipality_id", sa.Text(), nullable=False),
        sa.Column("tours_id", sa.Text(), nullable=False),
        sa.Column("ride_id", sa.Text(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_id", "ride_id"],
            ["ride_requests.municipality_id", "ride_requests.ride_id"],
            name="fk_tour_rides_ride",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("municipality_id", "tours_id", "ride_id"),
    )
    op.create_index("ix_tour_rides_ride", "tour_rides", ["municipality_id", "ride_id"])
    if op.get_bind().dialect.name == "postgresql":
        op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON tour_rides TO tsunagu_app")
        for table, sees in SEES.items():
            op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
            op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
            op.execute(sa.text(f"CREATE POLICY own ON {table} USING ({sees}) WITH CHECK ({sees})".replace(":", "\\:")))


def downgrade() -> None:
    """Take it back."""
    if op.get_bind().dialect.name == "postgresql":
        for table in SEES:
            op.execute(f"DROP POLICY own ON {table}")
            op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
            op.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
    op.drop_index("ix_tour_rides_ride", table_name="tour_rides")
    op.drop_table("tour_rides")
