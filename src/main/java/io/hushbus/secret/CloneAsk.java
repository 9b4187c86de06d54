package io.hushbus.secret;

import io.hushbus.model.Failure;
import io.hushbus.model.Scope;
import io.hushbus.model.SecretName;
import java.util.Map;
import java.util.Optional;

/**
 * What a clone is to be. What is empty is taken from the source.
 *
 * @param content a content of its own, instead of the source's
 * @param patch changes to single entries of the source's content; not together with {@code content}
 */
public record CloneAsk(
    Scope target,
    SecretName name,
    Optional<String> description,
    Optional<Map<String, String>> labels,
    Optional<Content> content,
    Optional<ContentPatch> patch) {

  /** Refuses a content of its own together with changes to the source's. */
  public CloneAsk {
    if (content.isPresent() && patch.isPresent()) {
      throw Failure.invalid("/patch", Failure.Code.NOT_ALLOWED);
    }
    MetadataLimits limits = new MetadataLimits();
    description.ifPresent(limits::description);
    labels.ifPresent(limits::labels);
    limits.enforce();
  }
}
