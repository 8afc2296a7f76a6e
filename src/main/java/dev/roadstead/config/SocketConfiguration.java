package dev.roadstead.config;

import dev.roadstead.api.ShutdownSignal;
import dev.roadstead.api.problem.ProblemMapper;
import dev.roadstead.api.problem.ProblemWriter;
import dev.roadstead.api.socket.SocketSettings;
import dev.roadstead.api.socket.SocketStreams;
import dev.roadstead.api.socket.Sockets;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import tools.jackson.databind.json.JsonMapper;

/** WebSockets of clients. */
@Configuration(proxyBeanMethods = false)
class SocketConfiguration {
    @Bean
    Sockets sockets(
            RoadsteadProperties properties,
            ShutdownSignal shutdown,
            ProblemMapper mapper,
            ProblemWriter writer,
            JsonMapper json,
            MeterRegistry meters) {
        return new Sockets(
                SocketSettings.USUAL.pinging(properties.sockets().pingInterval()),
                shutdown,
                mapper,
                writer,
                json,
                meters);
    }

    @Bean
    SocketStreams socketStreams(Sockets sockets) {
        return new SocketStreams(sockets);
    }
}
