-- Accounts of one person that somebody tied together or keeps apart, and who asked to be read again.

CREATE TABLE IF NOT EXISTS account_link (
  one     BINARY(16)   NOT NULL COMMENT 'stable ids in their directories; one < other',
  other   BINARY(16)   NOT NULL,
  one_source   VARCHAR(64) NOT NULL,
  other_source VARCHAR(64) NOT NULL,
  one_uid      VARCHAR(64) NOT NULL COMMENT 'as they were called then, for people',
  other_uid    VARCHAR(64) NOT NULL,
  apart   TINYINT      NOT NULL COMMENT '1: never one person, whatever their keys say',
  made_at BIGINT       NOT NULL,
  made_by VARCHAR(64)  NOT NULL,
  PRIMARY KEY (one, other),
  KEY other (other)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE IF NOT EXISTS refresh_wish (
  person BINARY(16) NOT NULL PRIMARY KEY COMMENT 'whose sessions are to be read again now',
  at     BIGINT     NOT NULL COMMENT 'another number with every wish'
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
