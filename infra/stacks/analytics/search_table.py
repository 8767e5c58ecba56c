"""The search archive as a Glue table with partition projection: no crawler is needed."""

import aws_cdk as cdk
from aws_cdk import aws_glue as glue
from aws_cdk import aws_s3 as s3
from constructs import Construct

FIRST_DAY = "2025-01-01"
JSON_SERDE = "org.openx.data.jsonserde.JsonSerDe"
# The fields of an archived line (`chalicelib.analytics.model.ArchivedSearch`) as Athena's types.
COLUMNS = {
    "event_id": "string",
    "user": "string",
    "action": "string",
    "at": "string",
    "found": "boolean",
    "request_id": "string",
    "searched_by": "string",
    "v": "int",
    "message_id": "string",
    "trace": "string",
}
PARTITIONS = {"dt": "string", "hour": "string"}


def add_search_table(
    scope: Construct, unit: str, *, database: str, name: str, archive: s3.IBucket
) -> glue.CfnTable:
    """A table of gzipped NDJSON under `searches/dt=YYYY-MM-DD/hour=HH/`, from FIRST_DAY on."""
    root = f"s3://{archive.bucket_name}/searches/"
    return glue.CfnTable(
        scope,
        unit,
        catalog_id=cdk.Aws.ACCOUNT_ID,
        database_name=database,
        table_input=glue.CfnTable.TableInputProperty(
            name=name,
            description="Searches, at least once each: count distinct event_id",
            table_type="EXTERNAL_TABLE",
            partition_keys=_build_columns(PARTITIONS),
            parameters=_build_projection(root),
            storage_descriptor=glue.CfnTable.StorageDescriptorProperty(
                location=root,
                columns=_build_columns(COLUMNS),
                compressed=True,
                input_format="org.apache.hadoop.mapred.TextInputFormat",
                output_format="org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
                serde_info=glue.CfnTable.SerdeInfoProperty(
                    serialization_library=JSON_SERDE,
                    parameters={"ignore.malformed.json": "true"},
                ),
            ),
        ),
    )


def _build_projection(root: str) -> dict[str, str]:
    return {
        "EXTERNAL": "TRUE",
        "classification": "json",
        "compressionType": "gzip",
        "projection.enabled": "true",
        "projection.dt.type": "date",
        "projection.dt.format": "yyyy-MM-dd",
        "projection.dt.range": f"{FIRST_DAY},NOW",
        "projection.dt.interval": "1",
        "projection.dt.interval.unit": "DAYS",
        "projection.hour.type": "integer",
        "projection.hour.range": "0,23",
        "projection.hour.digits": "2",
        "storage.location.template": f"{root}dt=${{dt}}/hour=${{hour}}/",
    }


def _build_columns(types: dict[str, str]) -> list[glue.CfnTable.ColumnProperty]:
    return [glue.CfnTable.ColumnProperty(name=name, type=kind) for name, kind in types.items()]
