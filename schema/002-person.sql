-- What a person does: requests, favourites, recently used.

CREATE TABLE IF NOT EXISTS person_state (
  person  BINARY(16)   NOT NULL PRIMARY KEY COMMENT 'stable id in the directory',
  version BIGINT       NOT NULL DEFAULT 1 COMMENT 'changes with every change of what follows: pieces kept for this person carry it',
  recent  VARCHAR(600) NOT NULL DEFAULT '' COMMENT 'services looked at last, newest first, with spaces between'
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE IF NOT EXISTS favourite (
  person  BINARY(16)  NOT NULL,
  service VARCHAR(64) NOT NULL COMMENT 'by id: stays when the service is renamed, or is away for a while',
  place   INT         NOT NULL,
  PRIMARY KEY (person, service)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE IF NOT EXISTS ticket (
  number   BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  person   BINARY(16)   NOT NULL,
  form_key VARCHAR(64)  NOT NULL COMMENT 'of the form it was sent with: sent twice is stored once',
  content  BINARY(32)   NOT NULL COMMENT 'BLAKE2b-256 of what was sent',
  uid      VARCHAR(64)  NOT NULL,
  name     VARCHAR(128) NOT NULL,
  lang     VARCHAR(11)  NOT NULL,
  service  VARCHAR(64)  NOT NULL,
  variant  VARCHAR(64)  NULL COMMENT 'group it was written for',
  hat      VARCHAR(64)  NULL,
  topic    VARCHAR(64)  NULL,
  promise  SMALLINT     NOT NULL COMMENT 'working days, as the page said before it was sent',
  text     MEDIUMTEXT   NOT NULL,
  fields   MEDIUMTEXT   NOT NULL COMMENT 'see domain/ticket.h',
  UNIQUE KEY once (person, form_key),
  KEY person (person, number)
) ENGINE=InnoDB AUTO_INCREMENT=10001 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE IF NOT EXISTS ticket_event (
  seq    BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  ticket BIGINT UNSIGNED NOT NULL,
  kind   ENUM('sent','moved','closed') NOT NULL,
  desk   VARCHAR(64)     NOT NULL COMMENT 'whose it is from here on',
  at     BIGINT          NOT NULL,
  KEY ticket (ticket, seq)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin COMMENT='only ever added to: where a request is follows from it';
