"""The analytics stack: the search archive as a table, and an Athena workgroup to query it.

QuickSight uses the workgroup as a data source: grant it the archive and the results bucket.
"""

import aws_cdk as cdk
from aws_cdk import aws_athena as athena
from aws_cdk import aws_glue as glue
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.declared.stages import Stage
from infra.stacks.analytics.search_table import add_search_table
from infra.stacks.shared.base import LOG_RETENTION_DAYS, StageStack
from infra.stacks.shared.buckets import add_private_bucket

GIB = 1024**3
MAX_SCANNED_BYTES = (
    10 * GIB
)  # US$ 0.05; Athena cancels a query that scans more, such as one without `dt`
ENGINE = "Athena engine version 3"
TREND = """\
SELECT dt, count(DISTINCT event_id) AS searches,
       count(DISTINCT CASE WHEN found THEN event_id END) AS found
FROM searches
WHERE dt >= date_format(current_date - interval '30' day, '%Y-%m-%d')
GROUP BY dt ORDER BY dt"""


class AnalyticsStack(StageStack):
    """Seed 001's "future improvement": search trends over the archive bucket."""

    def __init__(
        self, scope: Construct, *, stage: Stage, archive: s3.IBucket, logs: s3.IBucket
    ) -> None:
        super().__init__(scope, "analytics", stage=stage)
        database = stage.function_prefix.replace("-", "_")
        catalog = glue.CfnDatabase(
            self,
            "Database",
            catalog_id=cdk.Aws.ACCOUNT_ID,
            database_input=glue.CfnDatabase.DatabaseInputProperty(name=database),
        )
        table = add_search_table(
            self, "Searches", database=database, name="searches", archive=archive
        )
        table.add_resource_dependency(catalog)
        results = add_private_bucket(
            self,
            "Results",
            name=stage.bucket("omni-athena-results", cdk.Aws.ACCOUNT_ID),
            logs=logs,
            removal_policy=cdk.RemovalPolicy.DESTROY,
            expires_after_days=LOG_RETENTION_DAYS,
        )
        group = _add_work_group(self, name=stage.function_prefix, results=results)
        trend = athena.CfnNamedQuery(
            self,
            "Trend",
            name="searches a day",
            database=database,
            query_string=TREND,
            work_group=group.name,
        )
        trend.add_resource_dependency(group)
        self.add_output("AthenaWorkGroup", group.name)
        self.add_output("AnalyticsDatabase", database)


def _add_work_group(scope: Construct, *, name: str, results: s3.IBucket) -> athena.CfnWorkGroup:
    """A workgroup whose settings override those of the client."""
    return athena.CfnWorkGroup(
        scope,
        "WorkGroup",
        name=name,
        recursive_delete_option=True,
        work_group_configuration=athena.CfnWorkGroup.WorkGroupConfigurationProperty(
            enforce_work_group_configuration=True,
            publish_cloud_watch_metrics_enabled=True,
            bytes_scanned_cutoff_per_query=MAX_SCANNED_BYTES,
            engine_version=athena.CfnWorkGroup.EngineVersionProperty(
                selected_engine_version=ENGINE
            ),
            result_configuration=athena.CfnWorkGroup.ResultConfigurationProperty(
                output_location=f"s3://{results.bucket_name}/",
                encryption_configuration=athena.CfnWorkGroup.EncryptionConfigurationProperty(
                    encryption_option="SSE_S3"
                ),
            ),
        ),
    )
