package dev.roadstead.house;

import dev.roadstead.RoadsteadApplication;
import dev.roadstead.testing.ScriptedEngineFactory;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.net.InetAddress;
import java.net.http.HttpClient;
import java.time.Duration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.http.client.reactive.JdkClientHttpConnector;
import org.springframework.test.web.reactive.server.WebTestClient;

/** The whole gateway on a port of its own, with two scripted engines {@code a} and {@code b}. User {@code alice}, password {@code right}. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@SpringBootTest(
        classes = RoadsteadApplication.class,
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {
            "spring.test.metrics.export=true",
            "roadstead.security.user=alice",
            "roadstead.security.password=right",
            "roadstead.security.max-failures=3",
            "roadstead.monitoring.interval=1s",
            "roadstead.engines.a.kind=kleened",
            "roadstead.engines.a.uri=unix:///a.sock",
            "roadstead.engines.b.kind=kleened",
            "roadstead.engines.b.uri=unix:///b.sock"
        })
@Import({House.ScriptedEngines.class, ProbeController.class})
@interface House {

    @TestConfiguration(proxyBeanMethods = false)
    class ScriptedEngines {
        @Bean
        ScriptedEngineFactory scriptedEngineFactory() {
            return new ScriptedEngineFactory();
        }
    }

    /** A client at an address of its own, since wrong credentials count by address. */
    final class Client {
        private Client() {}

        static WebTestClient at(int port, String address) {
            HttpClient http = HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .localAddress(InetAddress.ofLiteral(address))
                    .build();
            return WebTestClient.bindToServer(new JdkClientHttpConnector(http))
                    .baseUrl("http://127.0.0.1:%d".formatted(port))
                    .responseTimeout(Duration.ofSeconds(20))
                    .build();
        }

        static WebTestClient alice(int port) {
            return at(port, "127.0.0.1")
                    .mutate()
                    .defaultHeaders(headers -> headers.setBasicAuth("alice", "right"))
                    .build();
        }
    }
}
