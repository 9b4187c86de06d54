package io.hushbus.secret;

import io.hushbus.model.SecretName;
import java.util.Map;
import java.util.Optional;

/**
 * What a metadata change asks for; what is empty stays as it is. Labels are replaced as a whole.
 */
public record MetadataEdit(
    Optional<SecretName> name,
    Optional<String> description,
    Optional<Map<String, String>> labels,
    Optional<Integer> maxVersions,
    Optional<Boolean> casRequired) {}
