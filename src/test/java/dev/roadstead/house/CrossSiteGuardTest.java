package dev.roadstead.house;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roadstead.api.access.CrossSiteGuard;
import dev.roadstead.api.problem.ProblemMapper;
import dev.roadstead.api.problem.ProblemWriter;
import java.time.Clock;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.http.HttpHeaders;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.server.MockServerWebExchange;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import tools.jackson.databind.json.JsonMapper;

class CrossSiteGuardTest {
    private final CrossSiteGuard guard =
            new CrossSiteGuard(new ProblemWriter(new ProblemMapper(), JsonMapper.shared(), Clock.systemUTC()));

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
        AtomicBoolean passed = new AtomicBoolean();
        MockServerWebExchange exchange = MockServerWebExchange.from(MockServerHttpRequest.post("/v1/containers")
                .header(HttpHeaders.ORIGIN, origin)
                .header(HttpHeaders.HOST, host));

        StepVerifier.create(guard.filter(exchange, _ -> Mono.fromRunnable(() -> passed.set(true))))
                .verifyComplete();

        assertThat(passed.get()).isEqualTo(passes);
    }
}
