package dev.roadstead.config;

import dev.roadstead.engine.EngineRegistry;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What happens once everything runs. */
@Configuration(proxyBeanMethods = false)
class StartupConfiguration {

    @Bean
    StartupSummary startupSummary(InitialCredentials credentials, EngineRegistry registry, Engines engines) {
        return new StartupSummary(credentials, registry, engines.notes(), System.out);
    }
}
