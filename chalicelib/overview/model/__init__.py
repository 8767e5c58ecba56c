"""What the console is told of a person, of all workloads, and of an id; pure."""

from chalicelib.overview.model.lookup import (
    FoundThing,
    LookedKind,
    LookupKind,
    LookupQuery,
    LookupResult,
)
from chalicelib.overview.model.me import (
    Me,
    Verb,
)
from chalicelib.overview.model.overview import (
    ActivityPoint,
    AttentionCheck,
    AttentionItem,
    AttentionKind,
    AttentionLevel,
    Overview,
    OverviewQuery,
    OverviewRange,
    OverviewScope,
    RecentThing,
    RecentThings,
    RecentWork,
    WorkloadActivities,
    WorkloadActivity,
)

__all__ = [
    "ActivityPoint",
    "AttentionCheck",
    "AttentionItem",
    "AttentionKind",
    "AttentionLevel",
    "FoundThing",
    "LookedKind",
    "LookupKind",
    "LookupQuery",
    "LookupResult",
    "Me",
    "Overview",
    "OverviewQuery",
    "OverviewRange",
    "OverviewScope",
    "RecentThing",
    "RecentThings",
    "RecentWork",
    "Verb",
    "WorkloadActivities",
    "WorkloadActivity",
]
