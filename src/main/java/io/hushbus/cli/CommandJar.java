package io.hushbus.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassElement;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFile.ClassHierarchyResolverOption;
import java.lang.classfile.ClassFile.StackMapsOption;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.CodeModel;
import java.lang.classfile.MethodBuilder;
import java.lang.classfile.MethodElement;
import java.lang.classfile.MethodModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.zip.ZipEntry;

/**
 * Makes the small jar that short commands start from; the launcher runs this when it prepares
 * faster starts. It stands before the whole program on the class path, so what it lacks is found
 * there.
 *
 * <p>Two things make it worth its while: the JVM reads the directory of a jar whole before the
 * first class, and that of the program has thirty thousand lines; and classes compiled for Java 5,
 * as those of the command line parser are, fit into no start-up cache. They are written anew with
 * the tables that newer class files have, and are otherwise the same.
 */
final class CommandJar {

  private static final List<String> PARTS =
      List.of(
          "META-INF/MANIFEST.MF",
          "io/hushbus/cli/",
          "io/hushbus/client/",
          "io/hushbus/imports/",
          "io/hushbus/model/",
          "io/hushbus/runner/",
          "io/vertx/core/",
          "com/fasterxml/jackson/core/",
          "org/yaml/snakeyaml/",
          "me/tongfei/progressbar/",
          "picocli/");

  private static final int JAVA_8 = 52;
  private static final int JAVA_6 = 50;

  private final JarFile whole;
  private final ClassFile format;

  private CommandJar(JarFile whole) {
    this.whole = whole;
    ClassHierarchyResolver others =
        ClassHierarchyResolver.ofResourceParsing(CommandJar.class.getClassLoader());
    this.format =
        ClassFile.of(StackMapsOption.GENERATE_STACK_MAPS, ClassHierarchyResolverOption.of(others));
  }

  /**
   * @param args the jar of the program, and where the small one goes
   */
  public static void main(String[] args) throws IOException {
    try (JarFile whole = new JarFile(args[0]);
        OutputStream out = Files.newOutputStream(Path.of(args[1]));
        JarOutputStream small = new JarOutputStream(out)) {
      small.setLevel(0);
      new CommandJar(whole).copy(small);
    }
  }

  private void copy(JarOutputStream small) throws IOException {
    for (JarEntry entry : whole.stream().filter(CommandJar::isPart).toList()) {
      byte[] content = whole.getInputStream(entry).readAllBytes();
      small.putNextEntry(new ZipEntry(entry.getName()));
      small.write(isOld(entry, content) ? renewed(content) : content);
      small.closeEntry();
    }
  }

  private static boolean isPart(JarEntry entry) {
    return !entry.isDirectory() && PARTS.stream().anyMatch(entry.getName()::startsWith);
  }

  private static boolean isOld(JarEntry entry, byte[] content) {
    return entry.getName().endsWith(".class") && content[7] < JAVA_6;
  }

  private byte[] renewed(byte[] old) {
    return format.transformClass(format.parse(old), CommandJar::renew);
  }

  private static void renew(ClassBuilder type, ClassElement part) {
    switch (part) {
      case ClassFileVersion version -> type.withVersion(JAVA_8, 0);
      case MethodModel method ->
          type.withMethod(
              method.methodName(),
              method.methodType(),
              method.flags().flagsMask(),
              body -> method.forEach(one -> renew(body, one)));
      default -> type.with(part);
    }
  }

  /** Code is put together instruction by instruction, so that its tables are made. */
  private static void renew(MethodBuilder method, MethodElement part) {
    if (part instanceof CodeModel code) {
      method.withCode(body -> code.forEach(body::with));
    } else {
      method.with(part);
    }
  }
}
