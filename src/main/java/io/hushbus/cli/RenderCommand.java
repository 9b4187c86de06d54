package io.hushbus.cli;

import io.hushbus.model.SecretValue;
import io.hushbus.runner.BrokerSource;
import io.hushbus.runner.LocalSource;
import io.hushbus.runner.Need;
import io.hushbus.runner.Rendering;
import io.hushbus.runner.Source;
import io.hushbus.runner.Template;
import io.hushbus.runner.Unmet;
import io.hushbus.runner.UnreadableFile;
import io.hushbus.runner.Wanted;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code hushbus render}: a text with references becomes one with values. */
@Command(
    name = "render",
    description = {
      "Put values in the places of $${hushbus:SECRET[#KEY]} in a text.",
      "Nobody knows afterwards where the values went: a program that can be run by hushbus run is"
          + " told when they change."
    })
final class RenderCommand implements Callable<Integer> {

  @Parameters(
      paramLabel = "TEMPLATE",
      arity = "0..1",
      description = "The text; standard input if nothing is said, or -.")
  private String template = "-";

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "Where it goes, for its owner's eyes alone; standard output if not given.")
  private @Nullable String out;

  @Option(
      names = "--local",
      paramLabel = "FILE",
      description = "Take values from a file (dotenv, YAML, JSON) and ask no broker.")
  private @Nullable String local;

  @Mixin private final Session session;
  @Mixin private final ScopeOptions scope;

  RenderCommand(Surroundings around) {
    session = Session.ofTask(around);
    scope = new ScopeOptions(session);
  }

  @Override
  public Integer call() {
    try {
      Template text = read();
      rendered(text, local == null ? ofBroker(text) : ofFile(local, text));
      return Exit.OK;
    } catch (Unmet unmet) {
      throw RunFailures.of(unmet, "nothing was written");
    } catch (UnreadableFile unreadable) {
      throw RunFailures.of(unreadable);
    }
  }

  private void rendered(Template text, Source source) {
    boolean done = false;
    try (SecretValue filled = text.filled(source.open())) {
      write(filled);
      done = true;
    } finally {
      source.close(done);
    }
  }

  private Template read() {
    boolean stream = template.equals("-");
    Path path = session.around().path(stream ? "standard-input" : template);
    try (InputStream in = stream ? session.around().in() : Files.newInputStream(path)) {
      return Template.of(in.readAllBytes(), stream ? Path.of("standard input") : path);
    } catch (IOException unreadable) {
      throw new CommandFailure(Exit.USAGE, "the template cannot be read: check the path");
    }
  }

  private Source ofFile(String file, Template text) {
    session.note("hushbus: local: values come from " + file + ", no broker is asked");
    return new LocalSource(
        session.around().path(file), text.needs(Optional.empty(), Optional.empty()));
  }

  private Source ofBroker(Template text) {
    String project = scope.needProject();
    List<Need> needs = text.needs(Optional.of(project), scope.domain());
    return new BrokerSource(
        session::broker,
        new Wanted(
            project,
            scope.domain(),
            Optional.empty(),
            needs,
            Map.of(),
            RunCommand.madeUp("render"),
            1,
            Optional.empty(),
            Optional.empty()),
        new SecureRandom());
  }

  private void write(SecretValue filled) {
    try {
      if (out == null) {
        Rendering.write(filled, session.around().out());
      } else {
        Rendering.write(filled, session.around().path(out));
      }
    } catch (IOException full) {
      throw new CommandFailure(
          Exit.GENERAL, "it cannot be written: check that the directory is yours and has room");
    }
  }
}
