package io.hushbus.delivery;

import io.hushbus.model.TenantId;
import io.hushbus.support.TestDatabase;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/** A database of their own for the tests of a class, and a node and a tenant for each. */
abstract class OneNode {

  @SuppressWarnings("NullAway.Init")
  static TestDatabase database;

  @SuppressWarnings("NullAway.Init")
  Node node;

  @SuppressWarnings("NullAway.Init")
  TestLog log;

  @SuppressWarnings("NullAway.Init")
  TenantId tenant;

  @BeforeAll
  static void openDatabase() {
    database = TestDatabase.fresh();
  }

  @AfterAll
  static void closeDatabase() {
    database.close();
  }

  @BeforeEach
  void openNode() {
    node = new Node(database);
    log = new TestLog(database, node.db);
    tenant = log.tenant();
  }

  @AfterEach
  void closeNode() {
    node.close();
  }
}
