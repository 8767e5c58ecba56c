"""The most frequent values of severity, source and attributes in a range of records."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import KW_ONLY, dataclass
from datetime import datetime

from chalicelib import times
from chalicelib.tenant_logs.search import matching
from chalicelib.tenant_logs.search.log_reader import Wanted
from chalicelib.tenant_logs.search.periods import read_period
from chalicelib.tenant_logs.search.queries import MAX_FILTER_LENGTH, LogEntry
from chalicelib.tenant_logs.search.sampling import read_sample
from chalicelib.tenant_logs.search.scanning import LogScan
from chalicelib.tenant_logs.search.summaries import FacetQuery, LogFacet, LogFacets, LogFacetValue
from chalicelib.tenant_logs.search.tenant_access import TenantAccess
from chalicelib.web.call import Call

MAX_ATTRIBUTES = 50
MAX_CALLS = 5  # 5,000 records tell what is frequent, and a person waits for them
SEVERITY, SOURCE, ATTRIBUTE = "severity", "source", "attr."

Values = dict[str, Counter[str]]


@dataclass(frozen=True, slots=True)
class LogFacetFinder:
    """Finds what the records of the tenant that the caller may read have in common."""

    scan: LogScan
    access: TenantAccess
    _: KW_ONLY
    now: Callable[[], datetime]

    def find(self, query: FacetQuery, call: Call) -> LogFacets:
        """The facets of a range.

        Raises what `LogSearch.page` raises.
        """
        now = self.now()
        period = read_period(query, now)
        tenant_id = self.access.open(query, call)
        wanted = Wanted.of(query, tenant_id, period.position, now)
        sample = read_sample(self.scan, wanted, period, MAX_CALLS)
        return LogFacets(
            since=times.text(sample.period.since),
            until=times.text(sample.period.until),
            facets=list(_list_facets(sample.entries, query.top)),
            read=sample.read,
        )


def _list_facets(entries: Iterable[LogEntry], top: int) -> Iterator[LogFacet]:
    """Severity and source first, then the attributes that most records have."""
    records: Counter[str] = Counter()
    values: Values = defaultdict(Counter)
    for entry in entries:
        fields = set(_list_values(entry))
        records.update({field for field, _ in fields})
        for field, value in fields:
            values[field][value] += 1
    attributes = Counter({name: n for name, n in records.items() if name.startswith(ATTRIBUTE)})
    chosen = _list_most_frequent(attributes, MAX_ATTRIBUTES)
    for field in (SEVERITY, SOURCE, *(name for name, _ in chosen)):
        if records[field]:
            yield LogFacet(
                field=field,
                records=records[field],
                distinct=len(values[field]),
                values=[LogFacetValue(*found) for found in _list_most_frequent(values[field], top)],
            )


def _list_most_frequent(counts: Counter[str], at_most: int) -> list[tuple[str, int]]:
    """Names with their counts, in the order of names where counts are the same."""
    return sorted(counts.items(), key=lambda counted: (-counted[1], counted[0]))[:at_most]


def _list_values(entry: LogEntry) -> Iterator[tuple[str, str]]:
    """What a record may be found by, as the filters of a query name it."""
    yield SEVERITY, entry.severity
    if entry.source:
        yield SOURCE, entry.source
    for path, text in matching.flatten(entry.attrs):
        if path and len(path) <= MAX_FILTER_LENGTH and len(text) <= MAX_FILTER_LENGTH:
            yield f"{ATTRIBUTE}{path}", text
