/**
 * Connections, tenant-bound statements, SQLSTATE to failure, migrations, the embedded server.
 *
 * <p>Promises: no statement runs outside a transaction that names its tenants ({@link
 * io.hushbus.db.Tx}) or its job ({@link io.hushbus.db.SystemTx}); what a transaction set is gone
 * when it ends; every wait has a deadline; a connection whose state is in doubt is closed, never
 * used again; no error text holds a value of a row.
 *
 * <p>Deliberately absent: SQL of the domain (each store owns its own), savepoints, a query builder.
 */
@NullMarked
package io.hushbus.db;

import org.jspecify.annotations.NullMarked;
