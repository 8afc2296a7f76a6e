package dev.roadstead.house;

import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.web.reactive.HandlerMapping;
import org.springframework.web.reactive.handler.SimpleUrlHandlerMapping;
import org.springframework.web.reactive.socket.WebSocketHandler;

/** A WebSocket that tells who opened it and what it knows of the address; only where a test imports it. */
@TestConfiguration(proxyBeanMethods = false)
class SocketProbe {
    static final String PATH = "/v1/ws/probe/who";

    private static final Logger LOG = LoggerFactory.getLogger(SocketProbe.class);

    @Bean
    HandlerMapping socketProbeMapping() {
        WebSocketHandler who =
                session -> session.getHandshakeInfo().getPrincipal().flatMap(caller -> {
                    String told = "%s at %s"
                            .formatted(
                                    caller.getName(), session.getHandshakeInfo().getUri());
                    LOG.info("opened by {}", told);
                    return session.send(reactor.core.publisher.Mono.just(session.textMessage(told)));
                });
        return new SimpleUrlHandlerMapping(Map.of(PATH, who), -100);
    }
}
