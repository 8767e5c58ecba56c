"""A page of another origin, in a real browser, against the running local system."""

from browsers import in_chromium
from support.local_system import aws_of

ATTACK = """
async ([aws, api]) => {
  const json10 = {"Content-Type": "application/x-amz-json-1.0"};
  const attempts = {
    scan: [aws + "/", {method: "POST", body: '{"TableName": "OmniData"}',
           headers: {...json10, "X-Amz-Target": "DynamoDB_20120810.Scan"}}],
    secret: [aws + "/", {method: "POST", body: '{"SecretId": "omnidata/cursor-key"}',
             headers: {...json10, "X-Amz-Target": "secretsmanager.GetSecretValue"}}],
    simple: [aws + "/?Action=ListQueues", {}],
    reset: [aws + "/_ministack/reset", {method: "POST"}],
    lambda: [aws + "/2015-03-31/functions", {method: "POST", body: "{}"}],
    read: [api + "api/v1/logs", {}],
  };
  const results = {};
  for (const [name, [url, options]] of Object.entries(attempts)) {
    try {
      const response = await fetch(url, options);
      results[name] = [response.status, await response.text()];
    } catch (error) {
      results[name] = "blocked";
    }
  }
  const planted = '{"tenant_id": "planted", "text": "from elsewhere"}';
  await fetch(api + "ingest", {method: "POST", mode: "no-cors", body: planted}).catch(() => 0);
  await fetch(aws + "/_ministack/reset", {method: "POST", mode: "no-cors"}).catch(() => 0);
  return results;
}
"""


@in_chromium
def test_a_foreign_page_reads_nothing_writes_nothing_and_resets_nothing(system, browser, elsewhere):
    outputs = system.outputs
    page = browser.new_page()
    page.goto(elsewhere)

    results = page.evaluate(ATTACK, [outputs["AwsEndpointUrl"], outputs["ApiUrl"]])

    assert set(results.values()) == {"blocked"}, results
    link = f"{outputs['AwsEndpointUrl']}/login?Action=CreateQueue&QueueName=evil&Version=2012-11-05"
    page.goto(link)
    assert "web pages may not call the emulator" in page.content()

    client = aws_of(system.config).client("dynamodb")
    assert "OmniData" in client.list_tables()["TableNames"]
    keys = {"ExpressionAttributeValues": {":tenant": {"S": "planted"}}}
    found = client.query(
        TableName="MultiTenantLogs", KeyConditionExpression="tenant_id = :tenant", **keys
    )
    assert found["Items"] == []
