"""The first tables: the register, the workflow, the audit; row security where the database knows it."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

SEES = {
    "areas": """areas.municipality_id = current_setting('tsunagu.municipality', true)""",
    "attendance": """attendance.municipality_id = current_setting('tsunagu.municipality', true)""",
    "companions": """companions.municipality_id = current_setting('tsunagu.municipality', true) AND (current_setting('tsunagu.everybody', true) = 'on' OR (EXISTS (SELECT 1 FROM residents AS residents_1 WHERE residents_1.municipality_id = companions.municipality_id AND residents_1.resident_id = companions.resident_id AND (coalesce(residents_1.sharing, '') != 'support_conference' AND (current_setting('tsunagu.all_areas', true) = 'on' OR residents_1.area_id = ANY (string_to_array(current_setting('tsunagu.areas', true), ';'))) OR (EXISTS (SELECT 1 FROM access AS access_1 WHERE access_1.municipality_id = residents_1.municipality_id AND access_1.resident_id = residents_1.resident_id AND access_1.user_id = current_setting('tsunagu.user', true)))))) AND (EXISTS (SELECT 1 FROM residents AS residents_1 WHERE residents_1.municipality_id = companions.municipality_id AND residents_1.resident_id = companions.other_id AND (coalesce(residents_1.sharing, '') != 'support_conference' AND (current_setting('tsunagu.all_areas', true) = 'on' OR residents_1.area_id = ANY (string_to_array(current_setting('tsunagu.areas', true), ';'))) OR (EXISTS (SELECT 1 FROM access AS access_1 WHERE access_1.municipality_id = residents_1.municipality_id AND access_1.resident_id = residents_1.resident_id AND access_1.user_id = current_setting('tsunagu.user', true)))))))""",
    "council_members": """council_members.municipality_id = current_setting('tsunagu.municipality', true)""",
    "drivers": """drivers.municipality_id = current_setting('tsunagu.municipality', true)""",
    "ideas": """ideas.municipality_id = current_setting('tsunagu.municipality', true)""",
    "jobs": """current_setting('tsunagu.anywhere', true) = 'on' OR jobs.municipality_id = current_setting('tsunagu.municipality', true)""",
    "municipalities": """current_setting('tsunagu.anywhere', true) = 'on' OR municipalities.municipality_id = current_setting('tsunagu.municipality', true)""",
    "needs": """needs.municipality_id = current_setting('tsunagu.municipality', true) AND (current_setting('tsunagu.everybody', true) = 'on' OR (EXISTS (SELECT 1 FROM residents AS residents_1 WHERE residents_1.municipality_id = needs.municipality_id AND residents_1.resident_id = needs.resident_id AND (coalesce(residents_1.sharing, '') != 'support_conference' AND (current_setting('tsunagu.all_areas', true) = 'on' OR residents_1.area_id = ANY (string_to_array(current_setting('tsunagu.areas', true), ';'))) OR (EXISTS (SELECT 1 FROM access AS access_1 WHERE access_1.municipality_id = residents_1.municipality_id AND access_1.resident_id = residents_1.resident_id AND access_1.user_id = current_setting('tsunagu.user', true)))))))""",
    "openings": """openings.municipality_id = current_setting('tsunagu.municipality', true)""",
    "organisations": """organisations.municipality_id = current_setting('tsunagu.municipality', true)""",
    "placements": """placements.municipality_id = current_setting('tsunagu.municipality', true) AND (current_setting('tsunagu.everybody', true) = 'on' OR (EXISTS (SELECT 1 FROM needs AS needs_1 WHERE needs_1.municipality_id = placements.municipality_id AND needs_1.need_id = placements.need_id AND (EXISTS (SELECT 1 FROM residents AS residents_1 WHERE residents_1.municipality_id = needs_1.municipality_id AND residents_1.resident_id = needs_1.resident_id AND (coalesce(residents_1.sharing, '') != 'support_conference' AND (current_setting('tsunagu.all_areas', true) = 'on' OR residents_1.area_id = ANY (string_to_array(current_setting('tsunagu.areas', true), ';'))) OR (EXISTS (SELECT 1 FROM access AS access_1 WHERE access_1.municipality_id = residents_1.municipality_id AND access_1.resident_id = residents_1.resident_id AND access_1.user_id = current_setting('tsunagu.user', true)))))))))""",
    "places": """places.municipality_id = current_setting('tsunagu.municipality', true)""",
    "population": """population.municipality_id = current_setting('tsunagu.municipality', true)""",
    "residents": """residents.municipality_id = current_setting('tsunagu.municipality', true) AND (current_setting('tsunagu.everybody', true) = 'on' OR coalesce(residents.sharing, '') != 'support_conference' AND (current_setting('tsunagu.all_areas', true) = 'on' OR residents.area_id = ANY (string_to_array(current_setting('tsunagu.areas', true), ';'))) OR (EXISTS (SELECT 1 FROM access AS access_1 WHERE access_1.municipality_id = residents.municipality_id AND access_1.resident_id = residents.resident_id AND access_1.user_id = current_setting('tsunagu.user', true))))""",
    "resources": """resources.municipality_id = current_setting('tsunagu.municipality', true)""",
    "ride_requests": """ride_requests.municipality_id = current_setting('tsunagu.municipality', true) AND (current_setting('tsunagu.everybody', true) = 'on' OR (EXISTS (SELECT 1 FROM residents AS residents_1 WHERE residents_1.municipality_id = ride_requests.municipality_id AND residents_1.resident_id = ride_requests.resident_id AND (coalesce(residents_1.sharing, '') != 'support_conference' AND (current_setting('tsunagu.all_areas', true) = 'on' OR residents_1.area_id = ANY (string_to_array(current_setting('tsunagu.areas', true), ';'))) OR (EXISTS (SELECT 1 FROM access AS access_1 WHERE access_1.municipality_id = residents_1.municipality_id AND access_1.resident_id = residents_1.resident_id AND access_1.user_id = current_setting('tsunagu.user', true)))))))""",
    "survey": """survey.municipality_id = current_setting('tsunagu.municipality', true)""",
    "ties": """ties.municipality_id = current_setting('tsunagu.municipality', true)""",
    "users": """current_setting('tsunagu.anywhere', true) = 'on' OR users.municipality_id = current_setting('tsunagu.municipality', true)""",
    "vehicles": """vehicles.municipality_id = current_setting('tsunagu.municipality', true)""",
    "wishes": """wishes.municipality_id = current_setting('tsunagu.municipality', true) AND (current_setting('tsunagu.everybody', true) = 'on' OR (EXISTS (SELECT 1 FROM residents AS residents_1 WHERE residents_1.municipality_id = wishes.municipality_id AND residents_1.resident_id = wishes.resident_id AND (coalesce(residents_1.sharing, '') != 'support_conference' AND (current_setting('tsunagu.all_areas', true) = 'on' OR residents_1.area_id = ANY (string_to_array(current_setting('tsunagu.areas', true), ';'))) OR (EXISTS (SELECT 1 FROM access AS access_1 WHERE access_1.municipality_id = residents_1.municipality_id AND access_1.resident_id = residents_1.resident_id AND access_1.user_id = current_setting('tsunagu.user', true)))))))""",
}
"""Who sees which rows of each table on PostgreSQL, as `api.store.scope` said when this step was written."""
WITHOUT = (
    "access",
    "answered",
    "audit",
    "audit_heads",
    "decisions",
    "documents",
    "identities",
    "meeting_cases",
    "meeting_members",
    "meetings",
    "person_keys",
    "person_notes",
    "proposals",
    "rounds",
    "sessions",
    "sign_in_attempts",
    "tokens",
    "town_files",
)
"""Tables that know no municipality: they are found by digests that only their owner can make."""


def upgrade() -> None:
    """Make everything."""
    op.create_table(
        "access",
        sa.Column("municipality_id", sa.Text(), nullable=False),
        sa.Column("resident_id", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("meeting_id", sa.Text(), nullable=False),
        sa.CheckConstraint("basis IN ('holds', 'case', 'conference')", name="ck_access_basis"),
        sa.PrimaryKeyConstraint("municipality_id", "resident_id", "user_id", "basis", "meeting_id"),
    )
    op.create_table(
        "answered",
        sa.Column("municipality_id", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("key_digest", sa.Text(), nullable=False),
        sa.Column("request_digest", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("municipality_id", "user_id", "key_digest"),
    )
    op.create_table(
        "areas",
        sa.Column("municipality_id", sa.Text(), nullable=False),
        sa.Column("area_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("tier", sa.BigInteger(), nullable=True),
        sa.Column("parent_id", sa.Text(), nullable=True),
        sa.Column("latitude", sa.Float(), nullable=True),
        sa.Column("longitude", sa.Float(), nullable=True),
        sa.Column("population", sa.BigInteger(), nullable=True),
        sa.Column("population_65plus", sa.BigInteger(), nullable=True),
        sa.Column("population_75plus", sa.BigInteger(), nullable=True),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_id", "parent_id"],
            ["areas.municipality_id", "areas.area_id"],
            name="fk_areas_parent_id",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("municipality_id", "area_id", name="pk_areas"),
        sa.UniqueConstraint("municipality_id", "position", name="uq_areas_position"),
    )
    op.create_index("ix_areas_parent_id", "areas", ["municipality_id", "parent_id"], unique=False)
    op.create_table(
        "audit",
        sa.Column("municipality_id", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("operation", sa.Text(), nullable=False),
        sa.Column("subjects", sa.JSON(), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("municipality_id", "seq"),
    )
    op.create_table(
        "audit_heads",
        sa.Column("municipality_id", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("seal", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("municipality_id"),
    )
    op.create_table(
        "decisions",
        sa.Column("municipality_id", sa.Text(), nullable=False),
        sa.Column("decision_id", sa.Text(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("proposal_id", sa.Text(), nullable=False),
        sa.Column("need_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("opening_id", sa.Text(), nullable=False),
        sa.Column("reason_code", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("municipality_id", "decision_id"),
    )
    op.create_index("ix_decisions_need", "decisions", ["municipality_id", "need_id"], unique=False)
    op.create_table(
        "documents",
        sa.Column("municipality_id", sa.Text(), nullable=False),
        sa.Column("document_id", sa.Text(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("municipality_id", "document_id"),
    )
    op.create_table(
        "identities",
        sa.Column("municipality_id", sa.Text(), nullable=False),
        sa.Column("resident_id", sa.Text(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("municipality_id", "resident_id"),
    )
    op.create_table(
        "jobs",
        sa.Column("municipality_id", sa.Text(), nullable=False),
        sa.Column("job_id", sa.Text(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("asked", sa.JSON(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("cancel", sa.Boolean(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("progress", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("made_at", sa.Text(), nullable=False),
        sa.Column("began_at", sa.Text(), nullable=False),
        sa.Column("ended_at", sa.Text(), nullable=False),
        sa.Column("heard_at", sa.Text(), nullable=False),
        sa.Column("worker", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "state IN ('waiting', 'running', 'done', 'cancelled', 'failed', 'interrupted')", name="ck_jobs_state"
        ),
        sa.PrimaryKeyConstraint("municipality_id", "job_id"),
    )
    op.create_index("ix_jobs_state", "jobs", ["state", "position"], unique=False)
    op.create_table(
        "meeting_cases",
        sa.Column("municipality_id", sa.Text(), nullable=False),
        sa.Column("meeting_id", sa.Text(), nullable=False),
        sa.Column("resident_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("municipality_id", "meeting_id", "resident_id"),
    )
    op.create_table(
        "meeting_members",
        sa.Column("municipality_id", sa.Text(), nullable=False),
        sa.Column("meeting_id", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("municipality_id", "meeting_id", "user_id"),
    )
    op.create_table(
        "meetings",
        sa.Column("municipality_id", sa.Text(), nullable=False),
        sa.Column("meeting_id", sa.Text(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("on_day", sa.Text(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("municipality_id", "meeting_id"),
    )
    op.create_table(
        "municipalities",
        sa.Column("municipality_id", sa.Text(), nullable=False),
        sa.Column("town_toml", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("municipality_id"),
    )
    op.create_table(
        "person_keys",
        sa.Column("municipality_id", sa.Text(), nullable=False),
        sa.Column("resident_id", sa.Text(), nullable=False),
        sa.Column("pseudonym", sa.Text(), nullable=False),
        sa.Column("key_sealed", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("municipality_id", "resident_id"),
        sa.UniqueConstraint("pseudonym"),
    )
    op.create_table(
        "person_notes",
        sa.Column("municipality_id", sa.Text(), nullable=False),
        sa.Column("noun", sa.Text(), nullable=False),
        sa.Column("row_id", sa.Text(), nullable=False),
        sa.Column("resident_id", sa.Text(), nullable=False),
        sa.Column("meeting_id", sa.Text(), nullable=False),
        sa.Column("on_day", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("municipality_id", "noun", "row_id"),
    )
    op.create_index("ix_person_notes", "person_notes", ["municipality_id", "noun", "position"], unique=False)
    op.create_index(
        "ix_person_notes_resident", "person_notes", ["municipality_id", "resident_id", "noun"], unique=False
    )
    op.create_table(
        "rounds",
        sa.Column("municipality_id", sa.Text(), nullable=False),
        sa.Column("round_id", sa.Text(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("room", sa.Text(), nullable=False),
        sa.Column("meeting_id", sa.Text(), nullable=False),
        sa.Column("inputs_digest", sa.Text(), nullable=False),
        sa.Column("summary", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("municipality_id", "round_id"),
    )
    op.create_table(
        "sessions",
        sa.Column("session_digest", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("csrf", sa.Text(), nullable=False),
        sa.Column("begun_at", sa.Text(), nullable=False),
        sa.Column("seen_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("session_digest"),
    )
    op.create_index("ix_sessions_user", "sessions", ["user_id"], unique=False)
    op.create_table(
        "sign_in_attempts",
        sa.Column("attempt_id", sa.Text(), nullable=False),
        sa.Column("name_digest", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("attempt_id"),
    )
    op.create_index("ix_attempts", "sign_in_attempts", ["name_digest", "at"], unique=False)
    op.create_table(
        "ties",
        sa.Column("municipality_id", sa.Text(), nullable=False),
        sa.Column("row_id", sa.Text(), nullable=False),
        sa.Column("from_id", sa.Text(), nullable=False),
        sa.Column("to_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=True),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("municipality_id", "row_id", name="pk_ties"),
        sa.UniqueConstraint("municipality_id", "position", name="uq_ties_position"),
    )
    op.create_table(
        "tokens",
        sa.Column("token_id", sa.Text(), nullable=False),
        sa.Column("token_digest", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("begun_at", sa.Text(), nullable=False),
        sa.Column("until", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("token_id"),
        sa.UniqueConstraint("token_digest"),
    )
    op.create_index("ix_tokens_user", "tokens", ["user_id"], unique=False)
    op.create_table(
        "town_files",
        sa.Column("municipality_id", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("municipality_id", "path"),
    )
    op.create_table(
        "users",
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("municipality_id", sa.Text(), nullable=False),
        sa.Column("sign_in_name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("areas", sa.JSON(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("totp_sealed", sa.Text(), nullable=False),
        sa.Column("totp_last", sa.BigInteger(), nullable=False),
        sa.Column("oidc_subject", sa.Text(), nullable=True),
        sa.Column("disabled", sa.Boolean(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("user_id"),
        sa.UniqueConstraint("oidc_subject"),
        sa.UniqueConstraint("sign_in_name"),
    )
    op.create_index("ix_users_municipality", "users", ["municipality_id"], unique=False)
    op.create_table(
        "ideas",
        sa.Column("municipality_id", sa.Text(), nullable=False),
        sa.Column("idea_id", sa.Text(), nullable=False),
        sa.Column("area_id", sa.Text(), nullable=True),
        sa.Column("activities", sa.JSON(), nullable=True),
        sa.Column("offered_by", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=True),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_id", "area_id"],
            ["areas.municipality_id", "areas.area_id"],
            name="fk_ideas_area_id",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("municipality_id", "idea_id", name="pk_ideas"),
        sa.UniqueConstraint("municipality_id", "position", name="uq_ideas_position"),
    )
    op.create_index("ix_ideas_area_id", "ideas", ["municipality_id", "area_id"], unique=False)
    op.create_table(
        "organisations",
        sa.Column("municipality_id", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("sector", sa.Text(), nullable=True),
        sa.Column("area_id", sa.Text(), nullable=True),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_id", "area_id"],
            ["areas.municipality_id", "areas.area_id"],
            name="fk_organisations_area_id",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("municipality_id", "organisation_id", name="pk_organisations"),
        sa.UniqueConstraint("municipality_id", "position", name="uq_organisations_position"),
    )
    op.create_index("ix_organisations_area_id", "organisations", ["municipality_id", "area_id"], unique=False)
    op.create_table(
        "places",
        sa.Column("municipality_id", sa.Text(), nullable=False),
        sa.Column("place_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("listed_in", sa.Text(), nullable=True),
        sa.Column("area_id", sa.Text(), nullable=True),
        sa.Column("latitude", sa.Float(), nullable=True),
        sa.Column("longitude", sa.Float(), nullable=True),
        sa.Column("capacity", sa.BigInteger(), nullable=True),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_id", "area_id"],
            ["areas.municipality_id", "areas.area_id"],
            name="fk_places_area_id",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("municipality_id", "place_id", name="pk_places"),
        sa.UniqueConstraint("municipality_id", "position", name="uq_places_position"),
    )
    op.create_index("ix_places_area_id", "places", ["municipality_id", "area_id"], unique=False)
    op.create_table(
        "population",
        sa.Column("municipality_id", sa.Text(), nullable=False),
        sa.Column("row_id", sa.Text(), nullable=False),
        sa.Column("area_id", sa.Text(), nullable=False),
        sa.Column("year", sa.BigInteger(), nullable=True),
        sa.Column("sex", sa.Text(), nullable=True),
        sa.Column("age_from", sa.BigInteger(), nullable=True),
        sa.Column("age_to", sa.BigInteger(), nullable=True),
        sa.Column("people", sa.BigInteger(), nullable=True),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_id", "area_id"],
            ["areas.municipality_id", "areas.area_id"],
            name="fk_population_area_id",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("municipality_id", "row_id", name="pk_population"),
        sa.UniqueConstraint("municipality_id", "position", name="uq_population_position"),
    )
    op.create_index("ix_population_area_id", "population", ["municipality_id", "area_id"], unique=False)
    op.create_table(
        "residents",
        sa.Column("municipality_id", sa.Text(), nullable=False),
        sa.Column("resident_id", sa.Text(), nullable=False),
        sa.Column("area_id", sa.Text(), nullable=False),
        sa.Column("latitude", sa.Float(), nullable=True),
        sa.Column("longitude", sa.Float(), nullable=True),
        sa.Column("birth_year", sa.BigInteger(), nullable=True),
        sa.Column("sex", sa.Text(), nullable=True),
        sa.Column("modes", sa.JSON(), nullable=True),
        sa.Column("max_walk_minutes", sa.BigInteger(), nullable=True),
        sa.Column("walk_metres_per_minute", sa.Float(), nullable=True),
        sa.Column("requires", sa.JSON(), nullable=True),
        sa.Column("escort", sa.Boolean(), nullable=True),
        sa.Column("languages", sa.JSON(), nullable=True),
        sa.Column("max_fee_yen", sa.BigInteger(), nullable=True),
        sa.Column("sharing", sa.Text(), nullable=True),
        sa.Column("waiting_since", sa.Text(), nullable=True),
        sa.Column("strengths", sa.JSON(), nullable=True),
        sa.Column("ride_membership", sa.Text(), nullable=True),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_id", "area_id"],
            ["areas.municipality_id", "areas.area_id"],
            name="fk_residents_area_id",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("municipality_id", "resident_id", name="pk_residents"),
        sa.UniqueConstraint("municipality_id", "position", name="uq_residents_position"),
    )
    op.create_index("ix_residents_area_id", "residents", ["municipality_id", "area_id"], unique=False)
    op.create_table(
        "survey",
        sa.Column("municipality_id", sa.Text(), nullable=False),
        sa.Column("row_id", sa.Text(), nullable=False),
        sa.Column("area_id", sa.Text(), nullable=False),
        sa.Column("year", sa.BigInteger(), nullable=True),
        sa.Column("question", sa.Text(), nullable=True),
        sa.Column("sex", sa.Text(), nullable=True),
        sa.Column("age_band", sa.Text(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("people", sa.BigInteger(), nullable=True),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_id", "area_id"],
            ["areas.municipality_id", "areas.area_id"],
            name="fk_survey_area_id",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("municipality_id", "row_id", name="pk_survey"),
        sa.UniqueConstraint("municipality_id", "position", name="uq_survey_position"),
    )
    op.create_index("ix_survey_area_id", "survey", ["municipality_id", "area_id"], unique=False)
    op.create_table(
        "companions",
        sa.Column("municipality_id", sa.Text(), nullable=False),
        sa.Column("row_id", sa.Text(), nullable=False),
        sa.Column("resident_id", sa.Text(), nullable=False),
        sa.Column("other_id", sa.Text(), nullable=False),
        sa.Column("relation", sa.Text(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_id", "other_id"],
            ["residents.municipality_id", "residents.resident_id"],
            name="fk_companions_other_id",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "resident_id"],
            ["residents.municipality_id", "residents.resident_id"],
            name="fk_companions_resident_id",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("municipality_id", "row_id", name="pk_companions"),
        sa.UniqueConstraint("municipality_id", "position", name="uq_companions_position"),
    )
    op.create_index("ix_companions_other_id", "companions", ["municipality_id", "other_id"], unique=False)
    op.create_index("ix_companions_resident_id", "companions", ["municipality_id", "resident_id"], unique=False)
    op.create_table(
        "council_members",
        sa.Column("municipality_id", sa.Text(), nullable=False),
        sa.Column("row_id", sa.Text(), nullable=False),
        sa.Column("council_id", sa.Text(), nullable=False),
        sa.Column("area_id", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_id", "area_id"],
            ["areas.municipality_id", "areas.area_id"],
            name="fk_council_members_area_id",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "organisation_id"],
            ["organisations.municipality_id", "organisations.organisation_id"],
            name="fk_council_members_organisation_id",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("municipality_id", "row_id", name="pk_council_members"),
        sa.UniqueConstraint("municipality_id", "position", name="uq_council_members_position"),
    )
    op.create_index("ix_council_members_area_id", "council_members", ["municipality_id", "area_id"], unique=False)
    op.create_index(
        "ix_council_members_organisation_id", "council_members", ["municipality_id", "organisation_id"], unique=False
    )
    op.create_table(
        "needs",
        sa.Column("municipality_id", sa.Text(), nullable=False),
        sa.Column("need_id", sa.Text(), nullable=False),
        sa.Column("resident_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=True),
        sa.Column("fields", sa.JSON(), nullable=True),
        sa.Column("activities", sa.JSON(), nullable=True),
        sa.Column("urgency", sa.BigInteger(), nullable=True),
        sa.Column("available", sa.JSON(), nullable=True),
        sa.Column("max_minutes", sa.BigInteger(), nullable=True),
        sa.Column("ride", sa.Text(), nullable=True),
        sa.Column("times_per_month", sa.BigInteger(), nullable=True),
        sa.Column("first_minutes", sa.BigInteger(), nullable=True),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_id", "resident_id"],
            ["residents.municipality_id", "residents.resident_id"],
            name="fk_needs_resident_id",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("municipality_id", "need_id", name="pk_needs"),
        sa.UniqueConstraint("municipality_id", "position", name="uq_needs_position"),
    )
    op.create_index("ix_needs_resident_id", "needs", ["municipality_id", "resident_id"], unique=False)
    op.create_table(
        "resources",
        sa.Column("municipality_id", sa.Text(), nullable=False),
        sa.Column("resource_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=True),
        sa.Column("where", sa.Text(), nullable=True),
        sa.Column("organisation_id", sa.Text(), nullable=True),
        sa.Column("resident_id", sa.Text(), nullable=True),
        sa.Column("area_id", sa.Text(), nullable=True),
        sa.Column("latitude", sa.Float(), nullable=True),
        sa.Column("longitude", sa.Float(), nullable=True),
        sa.Column("max_travel_minutes", sa.BigInteger(), nullable=True),
        sa.Column("informal", sa.Boolean(), nullable=True),
        sa.Column("features", sa.JSON(), nullable=True),
        sa.Column("activities", sa.JSON(), nullable=True),
        sa.Column("roles", sa.JSON(), nullable=True),
        sa.Column("serves", sa.JSON(), nullable=True),
        sa.Column("fields", sa.JSON(), nullable=True),
        sa.Column("stage", sa.Text(), nullable=True),
        sa.Column("staff_fte", sa.Float(), nullable=True),
        sa.Column("languages", sa.JSON(), nullable=True),
        sa.Column("sexes", sa.JSON(), nullable=True),
        sa.Column("min_age", sa.BigInteger(), nullable=True),
        sa.Column("max_age", sa.BigInteger(), nullable=True),
        sa.Column("areas_served", sa.JSON(), nullable=True),
        sa.Column("accepting", sa.Text(), nullable=True),
        sa.Column("confirmed_on", sa.Text(), nullable=True),
        sa.Column("fee_yen", sa.BigInteger(), nullable=True),
        sa.Column("max_hours_per_month", sa.Float(), nullable=True),
        sa.Column("hours_this_month", sa.Float(), nullable=True),
        sa.Column("fatigue", sa.BigInteger(), nullable=True),
        sa.Column("fatigue_on", sa.Text(), nullable=True),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_id", "area_id"],
            ["areas.municipality_id", "areas.area_id"],
            name="fk_resources_area_id",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "organisation_id"],
            ["organisations.municipality_id", "organisations.organisation_id"],
            name="fk_resources_organisation_id",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "resident_id"],
            ["residents.municipality_id", "residents.resident_id"],
            name="fk_resources_resident_id",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("municipality_id", "resource_id", name="pk_resources"),
        sa.UniqueConstraint("municipality_id", "position", name="uq_resources_position"),
    )
    op.create_index("ix_resources_area_id", "resources", ["municipality_id", "area_id"], unique=False)
    op.create_index("ix_resources_organisation_id", "resources", ["municipality_id", "organisation_id"], unique=False)
    op.create_index("ix_resources_resident_id", "resources", ["municipality_id", "resident_id"], unique=False)
    op.create_table(
        "wishes",
        sa.Column("municipality_id", sa.Text(), nullable=False),
        sa.Column("row_id", sa.Text(), nullable=False),
        sa.Column("resident_id", sa.Text(), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("liking", sa.BigInteger(), nullable=True),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_id", "resident_id"],
            ["residents.municipality_id", "residents.resident_id"],
            name="fk_wishes_resident_id",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("municipality_id", "row_id", name="pk_wishes"),
        sa.UniqueConstraint("municipality_id", "position", name="uq_wishes_position"),
    )
    op.create_index("ix_wishes_resident_id", "wishes", ["municipality_id", "resident_id"], unique=False)
    op.create_table(
        "attendance",
        sa.Column("municipality_id", sa.Text(), nullable=False),
        sa.Column("row_id", sa.Text(), nullable=False),
        sa.Column("resource_id", sa.Text(), nullable=False),
        sa.Column("month", sa.Text(), nullable=True),
        sa.Column("sex", sa.Text(), nullable=True),
        sa.Column("age_band", sa.Text(), nullable=True),
        sa.Column("people", sa.BigInteger(), nullable=True),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_id", "resource_id"],
            ["resources.municipality_id", "resources.resource_id"],
            name="fk_attendance_resource_id",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("municipality_id", "row_id", name="pk_attendance"),
        sa.UniqueConstraint("municipality_id", "position", name="uq_attendance_position"),
    )
    op.create_index("ix_attendance_resource_id", "attendance", ["municipality_id", "resource_id"], unique=False)
    op.create_table(
        "drivers",
        sa.Column("municipality_id", sa.Text(), nullable=False),
        sa.Column("driver_id", sa.Text(), nullable=False),
        sa.Column("resource_id", sa.Text(), nullable=False),
        sa.Column("vehicles", sa.JSON(), nullable=True),
        sa.Column("available", sa.JSON(), nullable=True),
        sa.Column("breaks", sa.JSON(), nullable=True),
        sa.Column("max_minutes_per_day", sa.BigInteger(), nullable=True),
        sa.Column("max_trips_per_week", sa.BigInteger(), nullable=True),
        sa.Column("max_trips_per_month", sa.BigInteger(), nullable=True),
        sa.Column("trips_this_month", sa.BigInteger(), nullable=True),
        sa.Column("offered_hours_per_month", sa.Float(), nullable=True),
        sa.Column("start_latitude", sa.Float(), nullable=True),
        sa.Column("start_longitude", sa.Float(), nullable=True),
        sa.Column("birth_year", sa.BigInteger(), nullable=True),
        sa.Column("course_until", sa.Text(), nullable=True),
        sa.Column("licence_checked_on", sa.Text(), nullable=True),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_id", "resource_id"],
            ["resources.municipality_id", "resources.resource_id"],
            name="fk_drivers_resource_id",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("municipality_id", "driver_id", name="pk_drivers"),
        sa.UniqueConstraint("municipality_id", "position", name="uq_drivers_position"),
    )
    op.create_index("ix_drivers_resource_id", "drivers", ["municipality_id", "resource_id"], unique=False)
    op.create_table(
        "openings",
        sa.Column("municipality_id", sa.Text(), nullable=False),
        sa.Column("opening_id", sa.Text(), nullable=False),
        sa.Column("resource_id", sa.Text(), nullable=False),
        sa.Column("weekday", sa.Text(), nullable=False),
        sa.Column("start", sa.Text(), nullable=False),
        sa.Column("end", sa.Text(), nullable=False),
        sa.Column("weeks_of_month", sa.JSON(), nullable=True),
        sa.Column("capacity", sa.BigInteger(), nullable=True),
        sa.Column("comfortable_load", sa.BigInteger(), nullable=True),
        sa.Column("attending", sa.BigInteger(), nullable=True),
        sa.Column("min_attendance", sa.BigInteger(), nullable=True),
        sa.Column("stay_minutes", sa.BigInteger(), nullable=True),
        sa.Column("reward_yen", sa.BigInteger(), nullable=True),
        sa.Column("host_fee_yen", sa.BigInteger(), nullable=True),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_id", "resource_id"],
            ["resources.municipality_id", "resources.resource_id"],
            name="fk_openings_resource_id",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("municipality_id", "opening_id", name="pk_openings"),
        sa.UniqueConstraint("municipality_id", "position", name="uq_openings_position"),
    )
    op.create_index("ix_openings_resource_id", "openings", ["municipality_id", "resource_id"], unique=False)
    op.create_table(
        "proposals",
        sa.Column("municipality_id", sa.Text(), nullable=False),
        sa.Column("proposal_id", sa.Text(), nullable=False),
        sa.Column("round_id", sa.Text(), nullable=False),
        sa.Column("need_id", sa.Text(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_id", "need_id"],
            ["needs.municipality_id", "needs.need_id"],
            name="fk_proposals_need",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("municipality_id", "proposal_id"),
    )
    op.create_index("ix_proposals_need", "proposals", ["municipality_id", "need_id", "position"], unique=False)
    op.create_index("ix_proposals_round", "proposals", ["municipality_id", "round_id", "position"], unique=False)
    op.create_table(
        "vehicles",
        sa.Column("municipality_id", sa.Text(), nullable=False),
        sa.Column("vehicle_id", sa.Text(), nullable=False),
        sa.Column("resource_id", sa.Text(), nullable=False),
        sa.Column("seats", sa.BigInteger(), nullable=True),
        sa.Column("wheelchair_places", sa.BigInteger(), nullable=True),
        sa.Column("base_latitude", sa.Float(), nullable=True),
        sa.Column("base_longitude", sa.Float(), nullable=True),
        sa.Column("scheme", sa.Text(), nullable=True),
        sa.Column("charge", sa.Text(), nullable=True),
        sa.Column("charge_yen", sa.BigInteger(), nullable=True),
        sa.Column("insured_until", sa.Text(), nullable=True),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_id", "resource_id"],
            ["resources.municipality_id", "resources.resource_id"],
            name="fk_vehicles_resource_id",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("municipality_id", "vehicle_id", name="pk_vehicles"),
        sa.UniqueConstraint("municipality_id", "position", name="uq_vehicles_position"),
    )
    op.create_index("ix_vehicles_resource_id", "vehicles", ["municipality_id", "resource_id"], unique=False)
    op.create_table(
        "placements",
        sa.Column("municipality_id", sa.Text(), nullable=False),
        sa.Column("need_id", sa.Text(), nullable=False),
        sa.Column("opening_id", sa.Text(), nullable=False),
        sa.Column("since", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=True),
        sa.Column("minutes_per_visit", sa.BigInteger(), nullable=True),
        sa.Column("until", sa.Text(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.Text(), nullable=False),
        sa.Column("slot", sa.Integer(), nullable=False),
        sa.CheckConstraint("slot >= 0", name="ck_placements_slot"),
        sa.ForeignKeyConstraint(
            ["municipality_id", "need_id"],
            ["needs.municipality_id", "needs.need_id"],
            name="fk_placements_need_id",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "opening_id"],
            ["openings.municipality_id", "openings.opening_id"],
            name="fk_placements_opening_id",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("municipality_id", "need_id", name="pk_placements"),
        sa.UniqueConstraint("municipality_id", "opening_id", "slot", name="uq_placements_slot"),
        sa.UniqueConstraint("municipality_id", "position", name="uq_placements_position"),
    )
    op.create_index("ix_placements_opening_id", "placements", ["municipality_id", "opening_id"], unique=False)
    op.create_table(
        "ride_requests",
        sa.Column("municipality_id", sa.Text(), nullable=False),
        sa.Column("ride_id", sa.Text(), nullable=False),
        sa.Column("resident_id", sa.Text(), nullable=False),
        sa.Column("need_id", sa.Text(), nullable=True),
        sa.Column("date", sa.Text(), nullable=True),
        sa.Column("weekday", sa.Text(), nullable=True),
        sa.Column("from_latitude", sa.Float(), nullable=True),
        sa.Column("from_longitude", sa.Float(), nullable=True),
        sa.Column("to_latitude", sa.Float(), nullable=True),
        sa.Column("to_longitude", sa.Float(), nullable=True),
        sa.Column("earliest_pickup", sa.Text(), nullable=True),
        sa.Column("latest_arrival", sa.Text(), nullable=True),
        sa.Column("ready_from", sa.Text(), nullable=True),
        sa.Column("max_ride_minutes", sa.BigInteger(), nullable=True),
        sa.Column("boarding_minutes", sa.BigInteger(), nullable=True),
        sa.Column("passengers", sa.BigInteger(), nullable=True),
        sa.Column("wheelchairs", sa.BigInteger(), nullable=True),
        sa.Column("escort", sa.Boolean(), nullable=True),
        sa.Column("returns", sa.Text(), nullable=True),
        sa.Column("return_mode", sa.Text(), nullable=True),
        sa.Column("priority", sa.BigInteger(), nullable=True),
        sa.Column("promised", sa.Boolean(), nullable=True),
        sa.Column("driver_id", sa.Text(), nullable=True),
        sa.Column("vehicle_id", sa.Text(), nullable=True),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_id", "driver_id"],
            ["drivers.municipality_id", "drivers.driver_id"],
            name="fk_ride_requests_driver_id",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "need_id"],
            ["needs.municipality_id", "needs.need_id"],
            name="fk_ride_requests_need_id",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "resident_id"],
            ["residents.municipality_id", "residents.resident_id"],
            name="fk_ride_requests_resident_id",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "returns"],
            ["ride_requests.municipality_id", "ride_requests.ride_id"],
            name="fk_ride_requests_returns",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "vehicle_id"],
            ["vehicles.municipality_id", "vehicles.vehicle_id"],
            name="fk_ride_requests_vehicle_id",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("municipality_id", "ride_id", name="pk_ride_requests"),
        sa.UniqueConstraint("municipality_id", "position", name="uq_ride_requests_position"),
    )
    op.create_index("ix_ride_requests_driver_id", "ride_requests", ["municipality_id", "driver_id"], unique=False)
    op.create_index("ix_ride_requests_need_id", "ride_requests", ["municipality_id", "need_id"], unique=False)
    op.create_index("ix_ride_requests_resident_id", "ride_requests", ["municipality_id", "resident_id"], unique=False)
    op.create_index("ix_ride_requests_returns", "ride_requests", ["municipality_id", "returns"], unique=False)
    op.create_index("ix_ride_requests_vehicle_id", "ride_requests", ["municipality_id", "vehicle_id"], unique=False)
    if op.get_bind().dialect.name == "sqlite":
        _append_only_on_sqlite()
    else:
        _append_only_on_postgresql()
        _row_security()


def _append_only_on_sqlite() -> None:
    for what in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER audit_no_{what.lower()} BEFORE {what} ON audit "
            "BEGIN SELECT RAISE(ABORT, 'the audit is appended to only'); END"
        )


def _append_only_on_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION audit_is_appended_to_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the audit is appended to only'; END $$"
    )
    op.execute(
        "CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_is_appended_to_only()"
    )


def _row_security() -> None:
    op.execute(
        "DO $$ BEGIN IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'tsunagu_app') "
        "THEN CREATE ROLE tsunagu_app NOLOGIN NOBYPASSRLS; END IF; END $$"
    )
    op.execute(  # an account that was given the role need not be one that may give it
        "DO $$ BEGIN GRANT tsunagu_app TO CURRENT_USER; EXCEPTION WHEN insufficient_privilege THEN "
        "IF NOT pg_has_role(current_user, 'tsunagu_app', 'MEMBER') THEN RAISE; END IF; END $$"
    )
    op.execute("DO $$ BEGIN EXECUTE format('GRANT USAGE ON SCHEMA %I TO tsunagu_app', current_schema()); END $$")
    for table in (*SEES, *WITHOUT, "alembic_version"):
        may = "SELECT" if table == "alembic_version" else "SELECT, INSERT, UPDATE, DELETE"
        op.execute(f"GRANT {may} ON {table} TO tsunagu_app")
    op.execute("REVOKE UPDATE, DELETE ON audit FROM tsunagu_app")
    for table, sees in SEES.items():
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(sa.text(f"CREATE POLICY own ON {table} USING ({sees}) WITH CHECK ({sees})".replace(":", "\\:")))


def downgrade() -> None:
    """Take everything away."""
    if op.get_bind().dialect.name == "postgresql":
        for table in SEES:
            op.execute(f"DROP POLICY own ON {table}")
        op.execute("DROP TRIGGER audit_append_only ON audit")
        op.execute("DROP FUNCTION audit_is_appended_to_only()")
    op.drop_index("ix_ride_requests_vehicle_id", table_name="ride_requests")
    op.drop_index("ix_ride_requests_returns", table_name="ride_requests")
    op.drop_index("ix_ride_requests_resident_id", table_name="ride_requests")
    op.drop_index("ix_ride_requests_need_id", table_name="ride_requests")
    op.drop_index("ix_ride_requests_driver_id", table_name="ride_requests")
    op.drop_table("ride_requests")
    op.drop_index("ix_placements_opening_id", table_name="placements")
    op.drop_table("placements")
    op.drop_index("ix_vehicles_resource_id", table_name="vehicles")
    op.drop_table("vehicles")
    op.drop_index("ix_proposals_round", table_name="proposals")
    op.drop_index("ix_proposals_need", table_name="proposals")
    op.drop_table("proposals")
    op.drop_index("ix_openings_resource_id", table_name="openings")
    op.drop_table("openings")
    op.drop_index("ix_drivers_resource_id", table_name="drivers")
    op.drop_table("drivers")
    op.drop_index("ix_attendance_resource_id", table_name="attendance")
    op.drop_table("attendance")
    op.drop_index("ix_wishes_resident_id", table_name="wishes")
    op.drop_table("wishes")
    op.drop_index("ix_resources_resident_id", table_name="resources")
    op.drop_index("ix_resources_organisation_id", table_name="resources")
    op.drop_index("ix_resources_area_id", table_name="resources")
    op.drop_table("resources")
    op.drop_index("ix_needs_resident_id", table_name="needs")
    op.drop_table("needs")
    op.drop_index("ix_council_members_organisation_id", table_name="council_members")
    op.drop_index("ix_council_members_area_id", table_name="council_members")
    op.drop_table("council_members")
    op.drop_index("ix_companions_resident_id", table_name="companions")
    op.drop_index("ix_companions_other_id", table_name="companions")
    op.drop_table("companions")
    op.drop_index("ix_survey_area_id", table_name="survey")
    op.drop_table("survey")
    op.drop_index("ix_residents_area_id", table_name="residents")
    op.drop_table("residents")
    op.drop_index("ix_population_area_id", table_name="population")
    op.drop_table("population")
    op.drop_index("ix_places_area_id", table_name="places")
    op.drop_table("places")
    op.drop_index("ix_organisations_area_id", table_name="organisations")
    op.drop_table("organisations")
    op.drop_index("ix_ideas_area_id", table_name="ideas")
    op.drop_table("ideas")
    op.drop_index("ix_users_municipality", table_name="users")
    op.drop_table("users")
    op.drop_table("town_files")
    op.drop_index("ix_tokens_user", table_name="tokens")
    op.drop_table("tokens")
    op.drop_table("ties")
    op.drop_index("ix_attempts", table_name="sign_in_attempts")
    op.drop_table("sign_in_attempts")
    op.drop_index("ix_sessions_user", table_name="sessions")
    op.drop_table("sessions")
    op.drop_table("rounds")
    op.drop_index("ix_person_notes_resident", table_name="person_notes")
    op.drop_index("ix_person_notes", table_name="person_notes")
    op.drop_table("person_notes")
    op.drop_table("person_keys")
    op.drop_table("municipalities")
    op.drop_table("meetings")
    op.drop_table("meeting_members")
    op.drop_table("meeting_cases")
    op.drop_index("ix_jobs_state", table_name="jobs")
    op.drop_table("jobs")
    op.drop_table("identities")
    op.drop_table("documents")
    op.drop_index("ix_decisions_need", table_name="decisions")
    op.drop_table("decisions")
    op.drop_table("audit_heads")
    op.drop_table("audit")
    op.drop_index("ix_areas_parent_id", table_name="areas")
    op.drop_table("areas")
    op.drop_table("answered")
    op.drop_table("access")
