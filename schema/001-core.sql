-- Sessions, the change log, revisions and the count of failed sign-ins.

CREATE TABLE IF NOT EXISTS session (
  id         BINARY(32)      NOT NULL PRIMARY KEY COMMENT 'BLAKE2b-256 of the token',
  number     BIGINT UNSIGNED NOT NULL AUTO_INCREMENT UNIQUE COMMENT 'what a person ends a session by',
  person     BINARY(16)      NOT NULL COMMENT 'stable id in the directory',
  uid        VARCHAR(64)     NOT NULL,
  name       VARCHAR(128)    NOT NULL,
  lang       VARCHAR(11)     NOT NULL,
  created    BIGINT          NOT NULL,
  seen       BIGINT          NOT NULL,
  as_of      BIGINT          NOT NULL COMMENT 'when the groups were read',
  membership MEDIUMTEXT      NOT NULL COMMENT 'groups with their proofs, see domain/member.h',
  address    VARCHAR(64)     NOT NULL,
  agent      VARCHAR(200)    NOT NULL,
  KEY person (person),
  KEY seen (seen),
  KEY as_of (as_of)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE IF NOT EXISTS change_log (
  seq     BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  kind    ENUM('session','revision') NOT NULL,
  session BINARY(32)      NULL COMMENT 'kind session: ended, or has other groups',
  number  BIGINT          NULL COMMENT 'kind revision: the one in force',
  at      TIMESTAMP(3)    NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  KEY at (at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE IF NOT EXISTS revision (
  number    BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
  made_at   BIGINT       NOT NULL,
  made_by   VARCHAR(64)  NOT NULL,
  note      VARCHAR(200) NOT NULL,
  hash      BINARY(32)   NOT NULL COMMENT 'BLAKE2b-256 of the three files',
  groups_xml    LONGBLOB NOT NULL,
  desks_xml     LONGBLOB NOT NULL,
  catalogue_xml LONGBLOB NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE IF NOT EXISTS live_revision (
  one    TINYINT NOT NULL PRIMARY KEY DEFAULT 1 CHECK (one = 1),
  number BIGINT  NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE IF NOT EXISTS throttle (
  kind     ENUM('account','address') NOT NULL,
  id       BINARY(16) NOT NULL,
  failures INT        NOT NULL,
  last     BIGINT     NOT NULL COMMENT 'time of the last failure',
  PRIMARY KEY (kind, id),
  KEY last (last)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
