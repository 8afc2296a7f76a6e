package dev.roadstead.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roadstead.api.problem.ProblemException;
import dev.roadstead.engine.EngineException;
import dev.roadstead.engine.EngineException.Evidence;
import dev.roadstead.engine.EngineStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.server.MockServerWebExchange;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;

class StreamedAnswerTest {
    private static final Duration SOON = Duration.ofSeconds(5);

    private final MockServerWebExchange exchange = MockServerWebExchange.from(MockServerHttpRequest.get("/"));
    private final ShutdownSignal shutdown = new ShutdownSignal();
    private final StreamedAnswer answer = new StreamedAnswer(shutdown);
    private final AtomicInteger closings = new AtomicInteger();

    @Test
    void writesWhatTheEngineSends() {
        StepVerifier.create(write(Flux.just("a", "b"))).verifyComplete();

        assertThat(exchange.getResponse().getStatusCode()).isEqualTo(HttpStatus.OK);
        assertThat(exchange.getResponse().getHeaders().getContentType()).isEqualTo(MediaType.TEXT_PLAIN);
        assertThat(exchange.getResponse().getHeaders().getCacheControl()).isEqualTo("no-store");
        assertThat(exchange.getResponse().getBodyAsString().block(SOON)).isEqualTo("ab");
        assertThat(closings).hasValue(1);
    }

    @Test
    void nothingIsSentBeforeTheEngineHasAccepted() {
        EngineException refusal = new EngineException.WrongState("NOT_RUNNING", "it does not run", Evidence.NONE);

        StepVerifier.create(answer.write(exchange, Mono.error(refusal), MediaType.TEXT_PLAIN, bytes -> Flux.empty()))
                .verifyErrorMatches(failure -> failure == refusal);

        assertThat(exchange.getResponse().isCommitted()).isFalse();
        assertThat(exchange.getResponse().getStatusCode()).isNull();
        assertThat(exchange.getResponse().getHeaders().getContentType()).isNull();
    }

    @Test
    void aStreamThatBreaksOffIsClosed() {
        StepVerifier.create(write(Flux.just("a")
                        .concatWith(Flux.error(
                                new EngineException.Failed("STREAM_BROKEN", "broken", Evidence.NONE, null)))))
                .verifyError(ProblemException.class);

        assertThat(closings).hasValue(1);
    }

    @Test
    void aClientThatLeavesClosesTheStream() {
        TestPublisher<String> items = TestPublisher.create();

        StepVerifier.create(write(items.flux()))
                .then(() -> items.next("a"))
                .thenCancel()
                .verify();

        items.assertCancelled();
        assertThat(closings).hasValue(1);
    }

    @Test
    void aShutdownEndsAnEndlessAnswer() {
        StepVerifier.create(write(Flux.<String>never()))
                .then(shutdown::stop)
                .expectComplete()
                .verify(SOON);

        assertThat(closings).hasValue(1);
    }

    @Test
    void aShutdownWaitsForATransfer() {
        TestPublisher<byte[]> items = TestPublisher.create();
        Mono<EngineStream<byte[]>> open = Mono.just(new EngineStream<>(items.flux(), closings::incrementAndGet));

        StepVerifier.create(answer.transfer(exchange, open, MediaType.APPLICATION_OCTET_STREAM))
                .then(shutdown::stop)
                .then(() -> items.next("rest".getBytes(StandardCharsets.UTF_8)))
                .then(items::complete)
                .expectComplete()
                .verify(SOON);

        assertThat(exchange.getResponse().getBodyAsString().block(SOON)).isEqualTo("rest");
    }

    private Mono<Void> write(Flux<String> items) {
        return answer.write(
                exchange,
                Mono.just(new EngineStream<>(items, closings::incrementAndGet)),
                MediaType.TEXT_PLAIN,
                texts -> texts.map(text -> text.getBytes(StandardCharsets.UTF_8)));
    }
}
