// Sends log records as an application would: the SDK's batches, the exporter's own settings from
// OTEL_EXPORTER_OTLP_LOGS_ENDPOINT, _HEADERS and _COMPRESSION. Prints what the exporter was told.
//
//   node send.mjs COUNT RUN     RUN goes along with each record as the attribute `run`
import { ROOT_CONTEXT, TraceFlags, trace } from '@opentelemetry/api';
import { SeverityNumber } from '@opentelemetry/api-logs';
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs';

const SEVERITIES = [
  [SeverityNumber.DEBUG, 'DEBUG'],
  [SeverityNumber.INFO, 'INFO'],
  [SeverityNumber.WARN, 'WARN'],
  [SeverityNumber.ERROR, 'ERROR'],
];
const span = {
  traceId: '0af7651916cd43dd8448eb211c80319c',
  spanId: 'b7ad6b7169203331',
  traceFlags: TraceFlags.SAMPLED,
};
const told = { success: 0, failed: [] };

class CountingExporter extends OTLPLogExporter {
  export(records, callback) {
    super.export(records, (result) => {
      if (result.code === 0) told.success += records.length;
      else told.failed.push(String(result.error));
      callback(result);
    });
  }
}

const [count, run] = [Number(process.argv[2]), process.argv[3]];
const exporter = new CountingExporter();
const provider = new LoggerProvider({
  resource: resourceFromAttributes({ 'service.name': 'shop-web', 'deployment.environment': 'test' }),
  processors: [new BatchLogRecordProcessor({ exporter })],
});
const logger = provider.getLogger('checkout', '1.2.3');
const context = trace.setSpanContext(ROOT_CONTEXT, span);
for (let index = 0; index < count; index += 1) {
  const [severityNumber, severityText] = SEVERITIES[index % SEVERITIES.length];
  logger.emit({
    severityNumber,
    severityText,
    body: `node record ${index}`,
    attributes: { run, index, ratio: index / 4, ok: index % 2 === 0, tags: ['a', 'b'] },
    context,
  });
}
await provider.forceFlush();
await provider.shutdown();
console.log(JSON.stringify(told));
