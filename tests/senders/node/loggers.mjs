// Prints what a logger of Node writes by itself: an error and a warning with fields.
//
//   node loggers.mjs pino|winston|bunyan
import bunyan from 'bunyan';
import pino from 'pino';
import winston from 'winston';

const loggers = {
  pino: () => pino({ name: 'shop' }, pino.destination({ sync: true })),
  bunyan: () => bunyan.createLogger({ name: 'shop' }),
  winston: () => {
    const { combine, json, timestamp } = winston.format;
    const logger = winston.createLogger({
      format: combine(timestamp(), json()),
      transports: [new winston.transports.Console()],
    });
    // winston has the message first, the other two have the fields first.
    return {
      error: (fields, text) => logger.error(text, fields),
      warn: (fields, text) => logger.warn(text, fields),
    };
  },
};

const logger = loggers[process.argv[2]]();
logger.error({ cart: 'c-17', attempts: 3 }, 'database is down');
logger.warn({ cart: 'c-17' }, 'cart is old');
