package io.hushbus.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The settings of one command, each from the strongest source that has it: flag, environment,
 * project file, profile, variables of other products, {@code dev.env}, default. A profile that was
 * named is as strong as what named it.
 *
 * <p>Also decides which token goes where; see {@link #token}.
 */
final class Settings {

  static final String USUAL_ADDRESS = "http://127.0.0.1:8420";

  /** A setting as it was found. */
  record Found(String value, Origin origin) {}

  /** What one source says. */
  private record Layer(Map<Setting, Found> found) {

    static Layer of(Map<Setting, String> said, Origin origin) {
      Map<Setting, Found> found = new EnumMap<>(Setting.class);
      said.forEach((setting, value) -> found.put(setting, new Found(value, origin)));
      return new Layer(found);
    }

    boolean names(Setting... any) {
      return Arrays.stream(any).anyMatch(found::containsKey);
    }
  }

  private final Surroundings around;
  private final List<Layer> layers = new ArrayList<>();

  /** For a command that is no task's. */
  Settings(Surroundings around, Map<Setting, String> flags) {
    this(around, flags, false);
  }

  /**
   * @param flags what the command line itself says
   * @param task whether it is for a task that leases
   * @throws CommandFailure if a file of settings is not one, or not to be trusted
   */
  Settings(Surroundings around, Map<Setting, String> flags, boolean task) {
    this.around = around;
    Layer flag = Layer.of(flags, new Origin(Origin.Strength.FLAG, "command line"));
    Layer environment = environment();
    layers.add(flag);
    profile(flag).ifPresent(layers::add);
    layers.add(environment);
    if (flag.found.get(Setting.PROFILE) == null) {
      profile(environment).ifPresent(layers::add);
    }
    ProjectFile.find(around.directory()).ifPresent(file -> layers.add(project(file)));
    if (find(Setting.PROFILE).isEmpty()) {
      currentProfile().ifPresent(layers::add);
    }
    layers.add(twins());
    if (layers.stream().noneMatch(Settings::namesBroker)) {
      dev(task).ifPresent(layers::add);
    }
    layers.add(
        Layer.of(Map.of(Setting.ADDR, USUAL_ADDRESS, Setting.FORMAT, "table"), Origin.DEFAULT));
  }

  private static boolean namesBroker(Layer layer) {
    return layer.names(Setting.ADDR, Setting.TOKEN, Setting.TOKEN_FILE);
  }

  private Layer environment() {
    Map<Setting, Found> found = new EnumMap<>(Setting.class);
    for (Setting setting : Setting.values()) {
      found(Origin.Strength.ENVIRONMENT, setting.variable())
          .ifPresent(one -> found.put(setting, one));
    }
    return new Layer(found);
  }

  private Layer twins() {
    Map<Setting, Found> found = new EnumMap<>(Setting.class);
    for (Setting setting : Setting.values()) {
      setting.twins().stream()
          .flatMap(name -> found(Origin.Strength.TWIN, name).stream())
          .findFirst()
          .ifPresent(one -> found.put(setting, one));
    }
    return new Layer(found);
  }

  private Optional<Found> found(Origin.Strength strength, String variable) {
    return around
        .variable(variable)
        .map(value -> new Found(value.strip(), new Origin(strength, variable)));
  }

  /** The profile that a layer names, as strong as that layer. */
  private Optional<Layer> profile(Layer naming) {
    return Optional.ofNullable(naming.found.get(Setting.PROFILE))
        .map(
            name ->
                Layer.of(
                    Profiles.needed(around).profile(name.value()),
                    new Origin(
                        name.origin().strength(),
                        "profile %s, named by %s".formatted(name.value(), name.origin().where()))));
  }

  private Optional<Layer> currentProfile() {
    Optional<Profiles> profiles = Profiles.of(around);
    return profiles
        .flatMap(Profiles::current)
        .map(
            name ->
                Layer.of(
                    profiles.orElseThrow().profile(name),
                    new Origin(
                        Origin.Strength.PROFILE,
                        "profile %s in %s".formatted(name, profiles.orElseThrow().path()))));
  }

  private static Layer project(Path file) {
    return Layer.of(
        ProjectFile.read(file), new Origin(Origin.Strength.PROJECT_FILE, file.toString()));
  }

  private Optional<Layer> dev(boolean task) {
    return DevEnv.beside(around)
        .map(
            file ->
                Layer.of(
                    file.settings(task), new Origin(Origin.Strength.DEV, file.path().toString())));
  }

  Optional<Found> find(Setting setting) {
    return layers.stream().map(Layer::found).flatMap(found -> found(found, setting)).findFirst();
  }

  private static Stream<Found> found(Map<Setting, Found> layer, Setting setting) {
    return Stream.ofNullable(layer.get(setting));
  }

  Optional<String> value(Setting setting) {
    return find(setting).map(Found::value).filter(text -> !text.isEmpty());
  }

  /** Where the broker is. */
  Found address() {
    return find(Setting.ADDR).orElseThrow();
  }

  /**
   * What the caller is known by: the strongest of token and token file; within one source the token
   * itself.
   *
   * <p>A token goes only to an address that came from the same or a stronger source: whoever can
   * set a weaker one, such as a file in a directory, must not get it. The built-in address is this
   * machine, and takes a token of the environment.
   *
   * @throws CommandFailure if there is none, or it may not go to {@link #address}
   */
  Found token() {
    Found token =
        layers.stream()
            .map(Layer::found)
            .flatMap(
                found ->
                    Stream.concat(found(found, Setting.TOKEN), found(found, Setting.TOKEN_FILE)))
            .findFirst()
            .orElseThrow(this::noToken);
    Found address = address();
    boolean usual =
        address.origin().equals(Origin.DEFAULT)
            && token.origin().strength() == Origin.Strength.ENVIRONMENT;
    if (address.origin().weakerThan(token.origin()) && !usual) {
      throw new CommandFailure(
          Exit.USAGE,
          "the token (%s) is not sent to an address from a weaker source (%s): set HUSHBUS_ADDR beside HUSHBUS_TOKEN, or name a profile by --profile"
              .formatted(token.origin().where(), address.origin().where()));
    }
    return token;
  }

  /** Whether the token found is the path of a file. */
  boolean isFile(Found token) {
    return layers.stream().anyMatch(layer -> token.equals(layer.found.get(Setting.TOKEN_FILE)));
  }

  private CommandFailure noToken() {
    return new CommandFailure(
        Exit.DENIED,
        "no token: log in by hushbus login, or set HUSHBUS_TOKEN or HUSHBUS_TOKEN_FILE"
            + DevEnv.whyNot(around).map(reason -> "; " + reason).orElse(""));
  }
}
