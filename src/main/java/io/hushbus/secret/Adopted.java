package io.hushbus.secret;

/** A living adoption with the secret that it is of, as the owner has it. */
public record Adopted(Adoption adoption, Secret head) {}
