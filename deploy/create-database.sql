-- Makes the database and the login of the demonstration. Can be run twice.
-- Run by sqlcmd, which puts the password in for $(GATEWAY_PASSWORD).
IF DB_ID(N'threepay') IS NULL CREATE DATABASE threepay;
GO
IF SUSER_ID(N'gateway') IS NULL
  CREATE LOGIN gateway WITH PASSWORD = N'$(GATEWAY_PASSWORD)', DEFAULT_DATABASE = threepay;
ELSE
  ALTER LOGIN gateway WITH PASSWORD = N'$(GATEWAY_PASSWORD)';
GO
USE threepay;
GO
-- It makes its own tables and the reference procedures here, hence the owner. Beside an existing
-- legacy database it needs far less: docs/operating.md.
IF USER_ID(N'gateway') IS NULL CREATE USER gateway FOR LOGIN gateway;
ALTER ROLE db_owner ADD MEMBER gateway;
GO
