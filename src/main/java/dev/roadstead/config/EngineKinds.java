package dev.roadstead.config;

import dev.roadstead.adapter.docker.DockerEngineFactory;
import dev.roadstead.adapter.kleened.KleenedEngineFactory;
import dev.roadstead.adapter.lxd.LxdEngineFactory;
import dev.roadstead.adapter.openapi.OpenApiEngineFactory;
import dev.roadstead.adapter.podman.PodmanEngineFactory;
import dev.roadstead.adapter.simulated.SimulatedEngineFactory;
import dev.roadstead.engine.EngineFactory;
import dev.roadstead.engine.EngineKind;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The one list of engine kinds: a new family is a line here. */
@Configuration(proxyBeanMethods = false)
class EngineKinds {

    @Bean
    EngineFactory docker() {
        return new DockerEngineFactory();
    }

    @Bean
    EngineFactory lxd() {
        return new LxdEngineFactory(EngineKind.LXD);
    }

    @Bean
    EngineFactory incus() {
        return new LxdEngineFactory(EngineKind.INCUS);
    }

    @Bean
    EngineFactory kleened() {
        return new KleenedEngineFactory();
    }

    @Bean
    EngineFactory openapi() {
        return new OpenApiEngineFactory();
    }

    @Bean
    EngineFactory podman() {
        return new PodmanEngineFactory();
    }

    @Bean
    EngineFactory simulated() {
        return new SimulatedEngineFactory();
    }
}
