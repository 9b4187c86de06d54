package io.hushbus.outbound;

import io.vertx.core.Future;
import java.net.InetAddress;
import java.util.List;

/** Finds the addresses of a host; literal addresses are their own. */
@FunctionalInterface
public interface Resolver {

  /** Every address of the host; fails, or is empty, if there is none. */
  Future<List<InetAddress>> addresses(String host);
}
