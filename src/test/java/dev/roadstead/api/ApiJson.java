package dev.roadstead.api;

import java.util.concurrent.atomic.AtomicReference;
import org.springframework.boot.LazyInitializationBeanFactoryPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import tools.jackson.databind.json.JsonMapper;

/** The mapper that the application reads and writes with, made by the application's own configuration. */
public final class ApiJson {
    /** Reads and writes as the API does. */
    public static final JsonMapper MAPPER = mapper();

    private ApiJson() {}

    private static JsonMapper mapper() {
        AtomicReference<JsonMapper> made = new AtomicReference<>();
        new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(JacksonAutoConfiguration.class))
                .withUserConfiguration(configuration())
                // Lazy: what else the configuration makes needs more of the application.
                .withInitializer(context ->
                        context.addBeanFactoryPostProcessor(new LazyInitializationBeanFactoryPostProcessor()))
                .run(context -> made.set(context.getBean(JsonMapper.class)));
        return made.get();
    }

    private static Class<?> configuration() {
        try {
            return Class.forName("dev.roadstead.config.JsonConfiguration");
        } catch (ClassNotFoundException renamed) {
            throw new LinkageError("the configuration has another name now", renamed);
        }
    }
}
