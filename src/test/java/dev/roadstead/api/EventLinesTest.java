package dev.roadstead.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roadstead.api.problem.ProblemMapper;
import dev.roadstead.api.problem.ProblemWriter;
import dev.roadstead.engine.EngineException;
import dev.roadstead.engine.EngineException.Evidence;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.server.MockServerWebExchange;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;

class EventLinesTest {
    private static final Duration HEARTBEAT = Duration.ofSeconds(15);
    private static final String COMMENT = ": still here\n\n";

    record Item(String line, int number) {}

    private final MockServerWebExchange exchange =
            MockServerWebExchange.from(MockServerHttpRequest.get("/v1/containers/local:web/logs"));
    private final ProblemMapper mapper = new ProblemMapper();
    private final EventLines lines = new EventLines(
            ApiJson.MAPPER,
            mapper,
            new ProblemWriter(
                    mapper, ApiJson.MAPPER, Clock.fixed(Instant.parse("2026-11-23T10:00:00Z"), ZoneOffset.UTC)),
            HEARTBEAT);

    @Test
    void everyItemIsAnEventAndTheEndIsTold() {
        StepVerifier.create(events(Flux.just(new Item("a\nb", 1), new Item("c", 2))))
                .expectNext("id: 1\nevent: log\ndata: {\"line\":\"a\\nb\",\"number\":1}\n\n")
                .expectNext("id: 2\nevent: log\ndata: {\"line\":\"c\",\"number\":2}\n\n")
                .expectNext("event: end\ndata: {}\n\n")
                .verifyComplete();
    }

    @Test
    void anItemWithoutAnIdHasNone() {
        StepVerifier.create(text(lines.<Item>events(exchange, "stats", item -> null, Flux.just(new Item("a", 1)))))
                .expectNext("event: stats\ndata: {\"line\":\"a\",\"number\":1}\n\n")
                .expectNext("event: end\ndata: {}\n\n")
                .verifyComplete();
    }

    @Test
    void aFailureIsTheLastEventAndNoEndIsTold() {
        StepVerifier.create(events(Flux.just(new Item("a", 1)).concatWith(Flux.error(brokenOff()))))
                .expectNextCount(1)
                .assertNext(event -> assertThat(event)
                        .startsWith("event: error\ndata: {")
                        .contains("\"error\":\"engine_error\"")
                        .contains("\"code\":\"STREAM_BROKEN\"")
                        .contains("\"engine\":\"local\"")
                        .endsWith("}\n\n"))
                .verifyComplete();
    }

    @Test
    void aCommentTellsNowAndThenThatTheStreamIsAlive() {
        TestPublisher<Item> items = TestPublisher.create();
        StepVerifier.withVirtualTime(() -> events(items.flux()))
                .expectSubscription()
                .expectNoEvent(HEARTBEAT.minusMillis(1))
                .thenAwait(Duration.ofMillis(1))
                .expectNext(COMMENT)
                .thenAwait(HEARTBEAT)
                .expectNext(COMMENT)
                .then(() -> items.next(new Item("a", 1)))
                .expectNextMatches(event -> event.startsWith("id: 1\n"))
                .thenAwait(HEARTBEAT)
                .expectNext(COMMENT)
                .then(items::complete)
                .expectNext("event: end\ndata: {}\n\n")
                .verifyComplete();
    }

    @Test
    void aClientThatDoesNotReadStopsTheReadingOfTheEngine() {
        AtomicInteger read = new AtomicInteger();
        Flux<Item> items =
                Flux.range(0, 10_000).doOnNext(number -> read.incrementAndGet()).map(n -> new Item("x", n));

        StepVerifier.create(events(items), 0)
                .expectSubscription()
                .thenRequest(1)
                .expectNextCount(1)
                .then(() -> assertThat(read).hasValueLessThanOrEqualTo(4))
                .thenRequest(10)
                .expectNextCount(10)
                .then(() -> assertThat(read).hasValueLessThanOrEqualTo(15))
                .thenCancel()
                .verify();
    }

    @Test
    void commentsDoNotPileUpForAClientThatDoesNotRead() {
        AtomicInteger comments = new AtomicInteger();
        StepVerifier.withVirtualTime(() -> events(Flux.never()).doOnNext(comment -> comments.incrementAndGet()), 0)
                .expectSubscription()
                .thenAwait(HEARTBEAT.multipliedBy(1_000))
                .thenRequest(100)
                .thenAwait(Duration.ofMillis(1))
                .thenCancel()
                .verify(Duration.ofSeconds(5));

        assertThat(comments).hasValueLessThanOrEqualTo(2);
    }

    @Test
    void aClientThatLeavesEndsTheReading() {
        TestPublisher<Item> items = TestPublisher.create();

        StepVerifier.create(events(items.flux()))
                .then(() -> items.next(new Item("a", 1)))
                .expectNextCount(1)
                .thenCancel()
                .verify();

        items.assertCancelled();
    }

    @Test
    void everyItemIsALine() {
        Flux<byte[]> told = lines.lines(exchange, Flux.just(new Item("a\nb", 1), new Item("c", 2)));

        StepVerifier.create(text(told))
                .expectNext("{\"line\":\"a\\nb\",\"number\":1}\n")
                .expectNext("{\"line\":\"c\",\"number\":2}\n")
                .verifyComplete();
    }

    @Test
    void aFailureIsTheLastLine() {
        Flux<byte[]> told = lines.lines(exchange, Flux.just(Map.of("a", 1)).concatWith(Flux.error(brokenOff())));

        List<String> all = Objects.requireNonNull(text(told).collectList().block(Duration.ofSeconds(5)));
        assertThat(all).hasSize(2);
        assertThat(ApiJson.MAPPER
                        .readTree(all.get(1))
                        .path("error")
                        .path("code")
                        .stringValue())
                .isEqualTo("STREAM_BROKEN");
    }

    private Flux<String> events(Flux<Item> items) {
        return text(lines.events(exchange, "log", item -> String.valueOf(item.number()), items));
    }

    private static Flux<String> text(Flux<byte[]> bytes) {
        return bytes.map(piece -> new String(piece, StandardCharsets.UTF_8));
    }

    private static EngineException brokenOff() {
        return new EngineException.Failed("STREAM_BROKEN", "the engine broke off", Evidence.of("local"), null);
    }
}
