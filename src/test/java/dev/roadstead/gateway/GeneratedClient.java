package dev.roadstead.gateway;

import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.openapitools.codegen.DefaultGenerator;
import org.openapitools.codegen.config.CodegenConfigurator;

/** Generates a Java client from an API document, compiles it, and loads it: what a user would do with openapi-generator. */
final class GeneratedClient implements AutoCloseable {
    private final URLClassLoader classes;

    private GeneratedClient(URLClassLoader classes) {
        this.classes = classes;
    }

    /** Makes a client below a folder. */
    static GeneratedClient of(Path document, Path folder) throws IOException {
        CodegenConfigurator settings = new CodegenConfigurator()
                .setInputSpec(document.toString())
                .setGeneratorName("java")
                .setLibrary("native")
                .setOutputDir(folder.resolve("sources").toString())
                .setApiPackage("client.api")
                .setModelPackage("client.model")
                .setInvokerPackage("client")
                .setValidateSpec(true)
                .setAdditionalProperties(Map.of(
                        "useJakartaEe", "true",
                        "openApiNullable", "false",
                        "hideGenerationTimestamp", "true",
                        "generateBuilders", "false"));
        settings.addGlobalProperty("apis", "");
        settings.addGlobalProperty("models", "");
        settings.addGlobalProperty("supportingFiles", "");
        settings.addGlobalProperty("apiTests", "false");
        settings.addGlobalProperty("modelTests", "false");
        settings.addGlobalProperty("apiDocs", "false");
        settings.addGlobalProperty("modelDocs", "false");
        new DefaultGenerator().opts(settings.toClientOptInput()).generate();
        return new GeneratedClient(compiled(folder.resolve("sources/src/main/java"), folder.resolve("classes")));
    }

    private static URLClassLoader compiled(Path sources, Path classes) throws IOException {
        Files.createDirectories(classes);
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter messages = new StringWriter();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null);
                Stream<Path> all = Files.walk(sources)) {
            List<File> units = all.filter(file -> file.toString().endsWith(".java"))
                    .map(Path::toFile)
                    .toList();
            boolean sound = compiler.getTask(
                            messages,
                            files,
                            null,
                            List.of(
                                    "-d",
                                    classes.toString(),
                                    "-proc:none",
                                    "-classpath",
                                    System.getProperty("java.class.path")),
                            null,
                            files.getJavaFileObjectsFromFiles(units))
                    .call();
            if (!sound) {
                throw new IOException("the generated client does not compile:\n" + messages);
            }
        }
        return new URLClassLoader(new URL[] {url(classes)}, GeneratedClient.class.getClassLoader());
    }

    private static URL url(Path folder) {
        try {
            return folder.toUri().toURL();
        } catch (MalformedURLException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    /** A class of the client. */
    Class<?> type(String name) throws ClassNotFoundException {
        return classes.loadClass(name);
    }

    @Override
    public void close() throws IOException {
        classes.close();
    }
}
