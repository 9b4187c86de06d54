package io.hushbus.bus;

import io.hushbus.model.ClientCertificate;
import io.hushbus.model.RequestContext;
import java.util.Optional;
import java.util.UUID;

/**
 * Where a connection comes from.
 *
 * @param certificate what it has shown in the handshake
 */
record Peer(String source, Optional<ClientCertificate> certificate) {

  RequestContext request(UUID id) {
    return new RequestContext(id, source, certificate);
  }

  String network() {
    return RequestContext.networkOf(source);
  }
}
