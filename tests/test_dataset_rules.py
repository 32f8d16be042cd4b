"""The rules of the dataset: for each a change of the tables that it allows, and one that it finds, at its cell."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import pandas as pd
import pytest
from conftest import ROOT

import factpack
from factpack import Rule
from factpack.evidence.tables import row_key
from factpack.examination import examine
from factpack.mutation.edits import Edit, edited
from factpack.package import open_package
from factpack.rules import Tables, all_rules, judge
from factpack.table import Table

PACKAGE = open_package(ROOT / "datapackage.json")
RULES = {rule.name: rule for rule in all_rules(PACKAGE.name, [])}
_, TABLES = examine(PACKAGE)
REPORT = factpack.validate(ROOT / "datapackage.json")

#: A change: the table, the row's key, and the new texts of cells; without these the row is dropped.
Change = tuple[str, str, Mapping[str, str] | None]

#: A finding: the table, the row's key (as it is after the change), the fields.
Seen = tuple[str, str, str]


@dataclass(frozen=True)
class Example:
    """Changes that a rule allows, and such that it finds at a cell."""

    allowed: Sequence[Change]
    broken: Sequence[tuple[Sequence[Change], Seen]]


def one(change: Change, seen: Seen) -> tuple[Sequence[Change], Seen]:
    return [change], seen


EXAMPLES: Mapping[str, Example] = {
    "trees_have_no_cycle": Example(
        allowed=[("agents", "bio-island-management", {"part_of_id": "ipim"})],
        broken=[
            one(
                ("agents", "ipim", {"part_of_id": "ipim-mainland-offices"}),
                ("agents", "ipim", "part_of_id"),
            ),
            one(("places", "china", {"within_id": "china"}), ("places", "china", "within_id")),
            one(
                ("events", "guangzhou-visit", {"part_of_id": "commerce-discussions"}),
                ("events", "guangzhou-visit", "part_of_id"),
            ),
            one(
                ("topics", "new-co-operation-paths", {"broader_id": "global-big-health"}),
                ("topics", "new-co-operation-paths", "broader_id"),
            ),
        ],
    ),
    "stated_counts_match": Example(
        allowed=[("stated_counts", "mainland-offices", {"counted": "offices"})],
        broken=[
            one(
                ("stated_counts", "mainland-offices", {"count": "7"}),
                ("stated_counts", "mainland-offices", "count"),
            ),
            one(("agents", "ipim-office-wuhan", None), ("stated_counts", "mainland-offices", "count")),
            one(
                ("stated_counts", "two-regions", {"resource": "event_place"}),
                ("stated_counts", "two-regions", "resource,field"),
            ),
            one(
                ("stated_counts", "two-regions", {"field": "places"}),
                ("stated_counts", "two-regions", "resource,field"),
            ),
        ],
    ),
    "topics_are_numbered": Example(
        allowed=[("topics", "global-big-health", {"label": "Another"})],
        broken=[
            one(
                ("topics", "global-big-health", {"order_no": "4"}),
                ("topics", "global-big-health", "order_no"),
            ),
            one(
                ("topics", "collaborative-investment-promotion", None),
                ("topics", "economic-trade-partnerships", "order_no"),
            ),
        ],
    ),
    "details_are_numbered": Example(
        allowed=[("statement_details", "agree-integrate-resources/5", None)],  # the last one
        broken=[
            one(
                ("statement_details", "agree-integrate-resources/4", None),
                ("statement_details", "agree-integrate-resources/5", "detail_no"),
            )
        ],
    ),
    "segments_are_numbered": Example(
        allowed=[("segments", "ipim-guangzhou-2025-09-10/p2-1", {"kind": "sentence"})],
        broken=[
            one(
                ("segments", "ipim-guangzhou-2025-09-10/p9-3", {"order_no": "21"}),
                ("segments", "ipim-guangzhou-2025-09-10/p9-3", "order_no"),
            ),
            one(
                ("segments", "ipim-guangzhou-2025-09-10/p9-3", {"paragraph_no": "11"}),
                ("segments", "ipim-guangzhou-2025-09-10/p9-3", "paragraph_no"),
            ),
            one(
                ("segments", "ipim-guangzhou-2025-09-10/p9-3", {"paragraph_no": "10"}),
                ("segments", "ipim-guangzhou-2025-09-10/p9-3", "segment_id,paragraph_no"),
            ),
        ],
    ),
    "segments_are_of_their_kind": Example(
        allowed=[("segments", "ipim-guangzhou-2025-09-10/p1-2", {"kind": "metadata"})],
        broken=[
            one(
                ("segments", "ipim-guangzhou-2025-09-10/p3-1", {"kind": "dateline"}),
                ("segments", "ipim-guangzhou-2025-09-10/p3-1", "kind"),
            ),
            one(
                ("segments", "ipim-guangzhou-2025-09-10/p3-1", {"kind": "heading"}),
                ("segments", "ipim-guangzhou-2025-09-10/p3-1", "kind"),
            ),
        ],
    ),
    "themes_stand_in_headings": Example(
        allowed=[("statements", "hope-integrate-markets", {"kind": "focus"})],
        broken=[
            one(
                ("statements", "theme-use-locations", {"kind": "hope"}),
                ("statements", "theme-use-locations", "kind"),
            ),
            one(
                ("statements", "hope-integrate-markets", {"kind": "theme"}),
                ("statements", "hope-integrate-markets", "kind"),
            ),
            one(
                ("segments", "ipim-guangzhou-2025-09-10/p5-1", {"kind": "sentence"}),
                ("statements", "theme-use-policy-advantages", "kind"),
            ),
        ],
    ),
    "siblings_stand_in_the_order_of_the_text": Example(
        allowed=[("topics", "new-co-operation-paths", {"label": "New ways"})],
        broken=[
            (
                [
                    ("topics", "new-co-operation-paths", {"order_no": "2"}),
                    ("topics", "collaborative-investment-promotion", {"order_no": "1"}),
                ],
                ("topics", "new-co-operation-paths", "order_no"),
            ),
            one(
                (
                    "evidence",
                    "statement_details/present-bio-island-strengths~11/summary/ipim-guangzhou-2025-09-10/2596/2612",
                    {"start": "2660", "end": "2666"},
                ),
                ("statement_details", "present-bio-island-strengths/2", "detail_no"),
            ),
        ],
    ),
    "every_row_is_used": Example(
        allowed=[("detail_sectors", "offices-expected-to-help/1/economy", None)],  # used elsewhere
        broken=[
            one(
                ("topic_sectors", "guangdong-macao-co-operation/mice", None), ("sectors", "mice", "sector_id")
            ),
            one(
                ("event_topics", "co-operation-discussions/global-big-health", None),
                ("topics", "global-big-health", "topic_id"),
            ),
        ],
    ),
    "keys_are_made_of_names": Example(
        allowed=[
            ("agents", "guangdong-department-of-commerce", {"name": "Guangdong's Department of Commerce"})
        ],
        broken=[
            one(("places", "wuhan", {"name": "Wuhen"}), ("places", "wuhan", "place_id,name")),
            one(("sectors", "mice", {"label": "mica"}), ("sectors", "mice", "sector_id,label")),
            one(
                ("agents", "zhu-xiaojun", {"name": "Zhu Xiaojin"}), ("agents", "zhu-xiaojun", "agent_id,name")
            ),
            one(("agents", "ipim", {"acronym": "IPIN"}), ("agents", "ipim", "agent_id,name")),
        ],
    ),
    "named_or_described": Example(
        allowed=[("agents", "enterprises", {"name": "Enterprises", "description": ""})],
        broken=[
            one(
                ("agents", "enterprises", {"name": "Enterprises"}),
                ("agents", "enterprises", "name,description"),
            ),
            one(
                ("events", "guangzhou-visit", {"description": ""}),
                ("events", "guangzhou-visit", "name,description"),
            ),
        ],
    ),
    "editions_are_of_named_events": Example(
        allowed=[("events", "ai-machines-electronics-expo-2025", {"edition": "2"})],
        broken=[
            one(("events", "guangzhou-visit", {"edition": "1"}), ("events", "guangzhou-visit", "edition"))
        ],
    ),
    "topics_hang_together": Example(
        allowed=[("topics", "global-big-health", {"broader_id": "guangdong-macao-co-operation"})],
        broken=[
            one(
                ("topics", "global-big-health", {"broader_id": "economic-trade-partnerships"}),
                ("topics", "global-big-health", "broader_id"),
            )
        ],
    ),
    "document_keys_end_with_the_day": Example(
        allowed=[("documents", "ipim-guangzhou-2025-09-10", {"dateline_date": "2025-09-09"})],
        broken=[
            one(
                ("documents", "ipim-guangzhou-2025-09-10", {"date_published": "2025-09-11"}),
                ("documents", "ipim-guangzhou-2025-09-10", "document_id,date_published"),
            )
        ],
    ),
    "event_bounds_are_those_of_edtf": Example(
        allowed=[("events", "bio-island-visit", {"when_edtf": "", "latest": ""})],
        broken=[
            one(
                ("events", "mice-events-2025-h2", {"latest": "2025-12-30"}),
                ("events", "mice-events-2025-h2", "latest"),
            ),
            one(
                ("events", "guangzhou-visit", {"earliest": "2025-09-01"}),
                ("events", "guangzhou-visit", "earliest"),
            ),
            one(
                ("events", "guangzhou-visit", {"when_edtf": "2025-02-30"}),
                ("events", "guangzhou-visit", "when_edtf"),
            ),
        ],
    ),
    "event_bounds_are_in_order": Example(
        allowed=[("events", "guangzhou-visit", {"earliest": "2025-09-10"})],
        broken=[
            one(
                ("events", "guangzhou-visit", {"earliest": "2025-09-11"}),
                ("events", "guangzhou-visit", "earliest,latest"),
            )
        ],
    ),
    "held_events_are_over": Example(
        allowed=[("events", "guangzhou-visit", {"latest": ""})],
        broken=[
            one(
                ("events", "guangzhou-visit", {"latest": "2025-09-11"}),
                ("events", "guangzhou-visit", "status,latest"),
            ),
            one(
                ("events", "mice-events-2025-h2", {"status": "held"}),
                ("events", "mice-events-2025-h2", "status,latest"),
            ),
            one(
                ("events", "bio-island-visit", {"status": "planned"}),
                ("events", "bio-island-visit", "status,latest"),
            ),
        ],
    ),
    "recent_means_by_publication": Example(
        allowed=[("events", "guangzhou-visit", {"when_edtf": "2025-09-09"})],
        broken=[
            one(
                ("events", "guangzhou-visit", {"when_edtf": "[..2025-09-09]"}),
                ("events", "guangzhou-visit", "when_edtf"),
            )
        ],
    ),
    "events_lie_in_the_time_of_their_parents": Example(
        allowed=[("events", "ai-machines-electronics-expo-2025", {"latest": "2025-12-31"})],
        broken=[
            one(
                ("events", "ai-machines-electronics-expo-2025", {"latest": "2026-01-01"}),
                ("events", "ai-machines-electronics-expo-2025", "part_of_id,latest"),
            ),
            one(
                ("events", "ai-machines-electronics-expo-2025", {"earliest": "2025-06-30"}),
                ("events", "ai-machines-electronics-expo-2025", "part_of_id,earliest"),
            ),
        ],
    ),
    "datelines_come_just_before_publication": Example(
        allowed=[("documents", "ipim-guangzhou-2025-09-10", {"dateline_date": "2025-09-03"})],
        broken=[
            one(
                ("documents", "ipim-guangzhou-2025-09-10", {"dateline_date": day}),
                ("documents", "ipim-guangzhou-2025-09-10", "dateline_date,date_published"),
            )
            for day in ("2025-09-11", "2025-09-02")
        ],
    ),
    "places_lie_within_larger_ones": Example(
        allowed=[("places", "wuhan", {"within_id": "china"})],
        broken=[
            one(("places", "wuhan", {"within_id": "hangzhou"}), ("places", "wuhan", "kind,within_id")),
            one(
                ("places", "portuguese-speaking-countries", {"within_id": "china"}),
                ("places", "portuguese-speaking-countries", "kind,within_id"),
            ),
        ],
    ),
    "places_have_reference_data": Example(
        allowed=[("place_reference", "wuhan", {"longitude": "114"})],
        broken=[
            one(("place_reference", "wuhan", None), ("places", "wuhan", "kind,within_id")),
            one(("places", "wuhan", {"within_id": ""}), ("places", "wuhan", "kind,within_id")),
            one(
                ("places", "chinese-mainland", {"kind": "province"}),
                ("places", "chinese-mainland", "kind,within_id"),
            ),
        ],
    ),
    "country_codes_fit_the_place": Example(
        allowed=[("places", "macao", {"within_id": ""})],
        broken=[
            one(
                ("place_reference", "wuhan", {"country_code": "MO"}),
                ("place_reference", "wuhan", "country_code"),
            ),
            one(
                ("place_reference", "macao", {"country_code": "CN"}),
                ("place_reference", "macao", "country_code"),
            ),
        ],
    ),
    "subdivision_codes_fit_the_place": Example(
        allowed=[("place_reference", "wuhan", {"subdivision_code": "CN-HN"})],
        broken=[
            one(
                ("place_reference", "wuhan", {"subdivision_code": "MO-HB"}),
                ("place_reference", "wuhan", "subdivision_code"),
            ),
            one(
                ("place_reference", "wuhan", {"subdivision_code": ""}),
                ("place_reference", "wuhan", "subdivision_code"),
            ),
            one(
                ("place_reference", "china", {"subdivision_code": "CN-GD"}),
                ("place_reference", "china", "subdivision_code"),
            ),
            one(
                ("place_reference", "hengqin", {"subdivision_code": "CN-HB"}),
                ("place_reference", "hengqin", "subdivision_code"),
            ),
            one(
                ("place_reference", "macao", {"subdivision_code": "CN-GD"}),
                ("place_reference", "macao", "subdivision_code"),
            ),
        ],
    ),
    "subdivisions_have_one_name": Example(
        allowed=[("place_reference", "wuhan", {"subdivision_name": "Hubei"})],
        broken=[
            one(
                ("place_reference", "hengqin", {"subdivision_name": "Guangdong"}),
                ("place_reference", "hengqin", "subdivision_name"),
            ),
            one(
                ("place_reference", "wuhan", {"subdivision_name": ""}),
                ("place_reference", "wuhan", "subdivision_name"),
            ),
        ],
    ),
    "numbers_and_points_fit_the_place": Example(
        allowed=[("place_reference", "wuhan", {"geonames_id": "1"})],
        broken=[
            one(("place_reference", "wuhan", {"latitude": ""}), ("place_reference", "wuhan", "latitude")),
            one(
                ("place_reference", "macao", {"longitude": "113"}), ("place_reference", "macao", "longitude")
            ),
            one(
                ("place_reference", "guangdong", {"geonames_id": "1"}),
                ("place_reference", "guangdong", "geonames_id"),
            ),
        ],
    ),
    "events_lie_in_the_places_of_their_parents": Example(
        allowed=[
            ("event_places", "bio-island-visit/guangzhou-international-bio-island", {"place_id": "guangzhou"})
        ],
        broken=[
            one(
                (
                    "event_places",
                    "bio-island-visit/guangzhou-international-bio-island",
                    {"place_id": "macao"},
                ),
                ("event_places", "bio-island-visit/macao", "place_id"),
            )
        ],
    ),
    "visits_and_series_have_a_place": Example(
        allowed=[("event_places", "mice-events-2025-h2/macao", None)],
        broken=[
            one(("event_places", "guangzhou-visit/guangzhou", None), ("events", "guangzhou-visit", "kind"))
        ],
    ),
    "offices_lie_in_cities_of_their_group": Example(
        allowed=[("agents", "ipim-delegation", {"place_id": "macao"})],
        broken=[
            one(
                ("agents", "ipim-office-wuhan", {"place_id": "guangdong"}),
                ("agents", "ipim-office-wuhan", "place_id"),
            ),
            one(
                ("agents", "ipim-office-wuhan", {"place_id": "fuzhou"}),
                ("agents", "ipim-office-fuzhou", "place_id"),
            ),
            one(("places", "wuhan", {"within_id": ""}), ("agents", "ipim-office-wuhan", "place_id")),
            one(
                ("agents", "ipim-office-wuhan", {"description": "IPIM's representative office in Wuhen"}),
                ("agents", "ipim-office-wuhan", "agent_id,description"),
            ),
        ],
    ),
    "agents_that_are_places_have_their_names": Example(
        allowed=[("agents", "macao-enterprises", {"place_id": "guangdong"})],
        broken=[
            one(("agents", "macao", {"name": "Macau"}), ("agents", "macao", "name")),
            one(("agents", "macao", {"place_id": "guangdong"}), ("agents", "macao", "place_id")),
            one(("agents", "ipim", {"kind": "region"}), ("agents", "ipim", "kind")),
        ],
    ),
    "roles_fit_the_event": Example(
        allowed=[("participations", "bio-island-seminars/ipim/organizer", {"role": "attendee"})],
        broken=[
            one(
                ("participations", "bio-island-visit/ipim/visitor", {"role": "guide"}),
                ("participations", "bio-island-visit/ipim/guide", "role"),
            )
        ],
    ),
    "events_have_those_who_make_them": Example(
        allowed=[("participations", "co-operation-discussions/bio-island-management/attendee", None)],
        broken=[
            one(
                ("participations", "bio-island-visit/ipim/visitor", None),
                ("events", "bio-island-visit", "kind"),
            ),
            one(
                ("participations", "bio-island-seminars/ipim/organizer", None),
                ("events", "bio-island-seminars", "kind"),
            ),
        ],
    ),
    "guides_have_supporters": Example(
        allowed=[("participations", "bio-island-visit/ipim/visitor", None)],
        broken=[
            one(
                ("participations", "ai-machines-electronics-expo-2025/ipim/supporter", None),
                (
                    "participations",
                    "ai-machines-electronics-expo-2025/guangdong-department-of-commerce/guide",
                    "role",
                ),
            )
        ],
    ),
    "guide_and_supporter_differ": Example(
        allowed=[
            ("participations", "ai-machines-electronics-expo-2025/ipim/supporter", {"agent_id": "macao"})
        ],
        broken=[
            one(
                (
                    "participations",
                    "ai-machines-electronics-expo-2025/ipim/supporter",
                    {"agent_id": "guangdong-department-of-commerce"},
                ),
                (
                    "participations",
                    "ai-machines-electronics-expo-2025/guangdong-department-of-commerce/supporter",
                    "role",
                ),
            )
        ],
    ),
    "who_discusses_has_met": Example(
        allowed=[("participations", "guangzhou-meetings/ipim-delegation/organizer", {"agent_id": "ipim"})],
        broken=[
            one(
                ("participations", "guangzhou-meetings/guangdong-department-of-commerce/attendee", None),
                ("participations", "commerce-discussions/zhang-jinsong/attendee", "agent_id"),
            ),
            one(
                (
                    "participations",
                    "co-operation-discussions/bio-island-management/attendee",
                    {"agent_id": "enterprises"},
                ),
                ("participations", "co-operation-discussions/enterprises/attendee", "agent_id"),
            ),
        ],
    ),
    "persons_represent_who_takes_part": Example(
        allowed=[
            (
                "participations",
                "commerce-discussions/zhang-jinsong/attendee",
                {"event_id": "guangzhou-meetings"},
            )
        ],
        broken=[
            one(
                (
                    "posts",
                    "ipim-guangzhou-2025-09-10/che-weng-keong/ipim/President",
                    {"organization_id": "enterprises"},
                ),
                (
                    "posts",
                    "ipim-guangzhou-2025-09-10/che-weng-keong/enterprises/President",
                    "organization_id",
                ),
            ),
            one(
                ("participations", "commerce-discussions/che-weng-keong/attendee", None),
                ("posts", "ipim-guangzhou-2025-09-10/che-weng-keong/ipim/President", "organization_id"),
            ),
        ],
    ),
    "persons_have_posts": Example(
        allowed=[("posts", "ipim-guangzhou-2025-09-10/che-weng-keong/ipim/President", {"title": "Chair"})],
        broken=[
            one(
                ("posts", "ipim-guangzhou-2025-09-10/che-weng-keong/ipim/President", None),
                ("agents", "che-weng-keong", "agent_id"),
            ),
            one(("agents", "che-weng-keong", {"name": ""}), ("agents", "che-weng-keong", "name")),
            one(
                ("agents", "che-weng-keong", {"place_id": "macao"}),
                ("agents", "che-weng-keong", "part_of_id,place_id"),
            ),
            one(
                ("agents", "che-weng-keong", {"kind": "group"}),
                ("posts", "ipim-guangzhou-2025-09-10/che-weng-keong/ipim/President", "person_id"),
            ),
            one(
                ("agents", "ipim", {"kind": "group"}),
                ("posts", "ipim-guangzhou-2025-09-10/che-weng-keong/ipim/President", "organization_id"),
            ),
        ],
    ),
    "unnamed_agents_have_no_acronym_and_no_post": Example(
        allowed=[("agents", "guangdong-department-of-commerce", {"acronym": "DOFCOM"})],
        broken=[
            one(("agents", "enterprises", {"acronym": "E"}), ("agents", "enterprises", "acronym")),
            one(
                ("agents", "che-weng-keong", {"name": ""}),
                ("posts", "ipim-guangzhou-2025-09-10/che-weng-keong/ipim/President", "person_id"),
            ),
        ],
    ),
    "parts_are_of_organizations_or_groups": Example(
        allowed=[("agents", "biopharmaceutical-company", {"part_of_id": "ipim"})],
        broken=[
            one(
                ("agents", "ipim-delegation", {"part_of_id": "macao"}),
                ("agents", "ipim-delegation", "part_of_id"),
            ),
            one(("agents", "che-weng-keong", {"part_of_id": "ipim"}), ("agents", "che-weng-keong", "kind")),
            one(("agents", "ipim-delegation", {"name": "Delegation"}), ("agents", "ipim-delegation", "name")),
        ],
    ),
    "statements_have_their_parties": Example(
        allowed=[("statement_parties", "hope-integrate-markets/ipim", None)],
        broken=[
            one(
                ("statement_parties", "consensus-mice-events/ipim", None),
                ("statements", "consensus-mice-events", "kind"),
            ),
            one(
                ("statement_parties", "intend-expand-business/biopharmaceutical-company", None),
                ("statements", "intend-expand-business", "kind"),
            ),
        ],
    ),
    "parties_took_part": Example(
        allowed=[("statement_parties", "consensus-mice-events/ipim", {"agent_id": "ipim-delegation"})],
        broken=[
            one(
                ("statement_parties", "consensus-mice-events/ipim", {"agent_id": "macao"}),
                ("statement_parties", "consensus-mice-events/macao", "agent_id"),
            )
        ],
    ),
    "presenters_present": Example(
        allowed=[
            (
                "statement_parties",
                "present-start-up-services/ipim",
                {"agent_id": "guangzhou-international-bio-island"},
            )
        ],
        broken=[
            one(
                ("participations", "bio-island-seminars/ipim/presenter", None),
                ("statement_parties", "present-start-up-services/ipim", "agent_id"),
            ),
            one(
                (
                    "statement_parties",
                    "present-bio-island-strengths/guangzhou-international-bio-island",
                    None,
                ),
                (
                    "participations",
                    "bio-island-seminars/guangzhou-international-bio-island/presenter",
                    "agent_id",
                ),
            ),
        ],
    ),
    "both_sides_are_the_same": Example(
        allowed=[("statement_parties", "theme-connect-resources/macao", None)],
        broken=[
            one(
                ("statement_parties", "hope-integrate-markets/ipim", None),
                ("statements", "hope-integrate-markets", "kind"),
            )
        ],
    ),
    "statements_hang_on_events": Example(
        allowed=[("statements", "consensus-mice-events", {"about_event_id": ""})],
        broken=[
            one(
                ("statements", "consensus-mice-events", {"event_id": ""}),
                ("statements", "consensus-mice-events", "event_id"),
            ),
            one(
                ("statements", "consensus-mice-events", {"event_id": "mice-events-2025-h2"}),
                ("statements", "consensus-mice-events", "event_id"),
            ),
            one(
                ("statements", "consensus-mice-events", {"about_event_id": "guangzhou-visit"}),
                ("statements", "consensus-mice-events", "about_event_id"),
            ),
        ],
    ),
    "statements_say_something": Example(
        allowed=[("statement_details", "focus-expo-preparations/1", None)],
        broken=[
            one(
                ("statements", "consensus-mice-events", {"about_event_id": ""}),
                ("statements", "consensus-mice-events", "about_event_id"),
            )
        ],
    ),
    "details_fill_the_column_of_their_role": Example(
        allowed=[("statement_details", "agree-integrate-resources/3", {"role": "provider"})],
        broken=[
            one(
                ("statement_details", "agree-integrate-resources/3", {"agent_id": ""}),
                ("statement_details", "agree-integrate-resources/3", "role,agent_id"),
            ),
            one(
                ("statement_details", "agree-integrate-resources/2", {"role": "counterpart"}),
                ("statement_details", "agree-integrate-resources/2", "role,summary"),
            ),
        ],
    ),
    "places_that_are_linked_are_several": Example(
        allowed=[("detail_places", "hope-integrate-markets/3/china", None)],  # two are left
        broken=[
            one(
                ("detail_places", "agree-integrate-resources/1/macao", None),
                ("detail_places", "agree-integrate-resources/1/guangdong", "relation"),
            )
        ],
    ),
    "places_are_entered_to_an_end": Example(
        allowed=[("detail_places", "theme-use-policy-advantages/1/macao", {"relation": "of"})],
        broken=[
            one(
                (
                    "detail_places",
                    "present-bio-island-strengths/1/guangzhou-international-bio-island",
                    {"relation": "in"},
                ),
                (
                    "detail_places",
                    "present-bio-island-strengths/1/guangzhou-international-bio-island",
                    "relation",
                ),
            )
        ],
    ),
    "subjects_of_a_presentation_share_what_they_are_of": Example(
        allowed=[("detail_sectors", "theme-connect-resources/1/trade", None)],
        broken=[
            one(
                ("detail_sectors", "present-institutional-advantages/2/high-tech", None),
                ("statement_details", "present-institutional-advantages/2", "detail_no"),
            ),
            one(
                ("detail_places", "present-bio-island-strengths/2/guangzhou-international-bio-island", None),
                ("statement_details", "present-bio-island-strengths/2", "detail_no"),
            ),
        ],
    ),
}


def keys_of(table: Table) -> list[str]:
    return [row_key(row) for row in zip(*map(table.lexical.texts, table.schema.primary_key), strict=True)]


def changed(changes: Sequence[Change]) -> dict[str, Table]:
    tables = dict(TABLES)
    for resource, key, cells in changes:
        position = keys_of(tables[resource]).index(key)
        if cells is None:
            edit = Edit(resource=resource, dropped=position)
        else:
            edit = Edit(resource=resource, cells={(position, name): text for name, text in cells.items()})
        tables[resource] = edited(tables[resource], edit)
    return tables


def seen_by(rule: Rule, tables: Mapping[str, Table]) -> set[Seen]:
    frames = Tables({name: partial(frame_of, table) for name, table in tables.items()})
    return {
        (broken.resource, keys_of(tables[broken.resource])[broken.position], ",".join(broken.fields))
        for broken in judge(rule, frames).broken
    }


def frame_of(table: Table) -> pd.DataFrame:
    return table.frame


def test_every_rule_has_an_example() -> None:
    assert EXAMPLES.keys() == RULES.keys()


@pytest.mark.parametrize("name", list(EXAMPLES))
def test_a_rule_allows_what_is_right(name: str) -> None:
    for change in EXAMPLES[name].allowed:
        assert seen_by(RULES[name], changed([change])) == set(), change


@pytest.mark.parametrize(
    ("name", "changes", "seen"),
    [(name, changes, seen) for name, example in EXAMPLES.items() for changes, seen in example.broken],
)
def test_a_rule_finds_what_is_wrong_at_its_cell(name: str, changes: Sequence[Change], seen: Seen) -> None:
    assert seen in seen_by(RULES[name], changed(changes))


# ---- the dataset itself


@pytest.mark.parametrize("name", list(RULES))
def test_the_dataset_keeps_the_rule(name: str) -> None:
    assert [found.message for found in REPORT.findings if found.rule == name] == []
    (report,) = [report for report in REPORT.rules if report.name == name]
    assert report.lines, "it judged nothing"


@pytest.mark.parametrize("name", list(TABLES))
def test_the_table_is_valid(name: str) -> None:
    assert [found for found in REPORT.findings if found.resource == name] == []
    (report,) = [report for report in REPORT.resources if report.name == name]
    assert report.verdict is factpack.Verdict.VALID


@pytest.mark.parametrize("name", list(RULES))
def test_a_rule_says_what_it_is_and_on_what_it_rests(name: str) -> None:
    assert RULES[name].title.endswith(".")
    assert RULES[name].references
    for reference in RULES[name].references:
        page = reference.partition(",")[0]
        assert not page.startswith("docs/") or (ROOT / page).is_file()
