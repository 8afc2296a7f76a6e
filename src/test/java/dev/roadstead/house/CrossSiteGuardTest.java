package dev.roadstead.house;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roadstead.api.access.CrossSiteGuard;
import dev.roadstead.api.access.Origins;
import dev.roadstead.api.problem.ProblemMapper;
import dev.roadstead.api.problem.ProblemWriter;
import java.net.URI;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.server.MockServerWebExchange;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import tools.jackson.databind.json.JsonMapper;

class CrossSiteGuardTest {
    private final CrossSiteGuard guard = new CrossSiteGuard(
            new ProblemWriter(new ProblemMapper(), JsonMapper.shared(), Clock.systemUTC()),
            new Origins(List.of("https://console.example.com", "http://dev:3000")),
            "/v1/ws/**");

    @ParameterizedTest
    @CsvSource({
        "http://gw, gw, true",
        "http://gw, gw:80, true",
        "https://gw, gw, true",
        "https://gw, gw:443, true",
        "https://GW:443, gw, true",
        "http://my_host:8080, my_host:8080, true",
        "http://[::1]:8080, [::1]:8080, true",
        "http://[::1], [::1]:80, true",
        "http://gw, gw:443, false",
        "http://gw:8080, gw, false",
        "http://gw:8080, gw:8081, false",
        "http://gw.evil, gw, false",
        "null, gw, false"
    })
    void onlyThePageOfTheSameHostAndPortMayChangeThings(String origin, String host, boolean passes) {
        assertThat(passes(MockServerHttpRequest.post("/v1/containers")
                        .header(HttpHeaders.ORIGIN, origin)
                        .header(HttpHeaders.HOST, host)))
                .isEqualTo(passes);
        assertThat(passes(MockServerHttpRequest.get("/v1/ws/local:web")
                        .header(HttpHeaders.ORIGIN, origin)
                        .header(HttpHeaders.HOST, host)))
                .isEqualTo(passes);
    }

    @ParameterizedTest
    @CsvSource({
        "https://console.example.com, cross-site, true",
        "https://console.example.com:443, , true",
        "https://CONSOLE.example.com, , true",
        "http://dev:3000, same-site, true",
        "http://console.example.com, cross-site, false",
        "https://console.example.com.evil, , false",
        "https://evil/https://console.example.com, , false",
        "http://dev:3001, , false",
        "http://dev, , false",
        "null, , false",
        ", cross-site, false"
    })
    void onlyTheOwnPagesAndThoseOfAllowedOriginsMayOpenWebSockets(String origin, String site, boolean passes) {
        for (String path : List.of("/v1/ws/local:web", "/v1/%77s/local:web", "/v1/ws")) {
            MockServerHttpRequest.BaseBuilder<?> request = MockServerHttpRequest.method(
                            HttpMethod.GET, URI.create(path))
                    .header(HttpHeaders.HOST, "gw");
            if (origin != null) {
                request.header(HttpHeaders.ORIGIN, origin);
            }
            if (site != null) {
                request.header("Sec-Fetch-Site", site);
            }
            assertThat(passes(request)).as(path).isEqualTo(passes);
        }
    }

    @Test
    void anAllowedOriginChangesNothingOverHttp() {
        assertThat(passes(MockServerHttpRequest.post("/v1/containers")
                        .header(HttpHeaders.ORIGIN, "https://console.example.com")
                        .header(HttpHeaders.HOST, "gw")))
                .isFalse();
    }

    @Test
    void whatIsNoBrowserIsNotConcerned() {
        assertThat(passes(MockServerHttpRequest.get("/v1/ws/local:web").header(HttpHeaders.HOST, "gw")))
                .isTrue();
    }

    private boolean passes(MockServerHttpRequest.BaseBuilder<?> request) {
        AtomicBoolean passed = new AtomicBoolean();
        MockServerWebExchange exchange = MockServerWebExchange.from(request);

        StepVerifier.create(guard.filter(exchange, _ -> Mono.fromRunnable(() -> passed.set(true))))
                .verifyComplete();

        assertThat(exchange.getResponse().getStatusCode()).isEqualTo(passed.get() ? null : HttpStatus.FORBIDDEN);
        return passed.get();
    }
}
