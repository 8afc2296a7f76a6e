package dev.roadstead.house;

import dev.roadstead.api.ShutdownSignal;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.test.context.TestComponent;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Something to call while the real resources are not the point; only where a test imports it. */
@TestComponent
@RestController
class ProbeController {
    private static final Logger LOG = LoggerFactory.getLogger(ProbeController.class);

    private final ShutdownSignal shutdown;

    ProbeController(ShutdownSignal shutdown) {
        this.shutdown = shutdown;
    }

    /** What can be written to and read back. */
    record Probe(
            @Nullable String someText,
            @Nullable Integer wholeNumber,
            @Nullable Boolean flag,

            @Schema(example = "2026-11-23T10:00:00Z") @Nullable
            Instant createdAt,

            @Nullable List<String> words) {}

    @PostMapping("/v1/probe")
    Probe echo(@RequestBody Probe probe) {
        return probe;
    }

    @GetMapping("/v1/probe/log")
    Mono<String> log() {
        return Mono.delay(Duration.ofMillis(1)).map(tick -> {
            LOG.info("on another thread");
            return "logged";
        });
    }

    @GetMapping(path = "/v1/probe/endless", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    Flux<String> endless() {
        return Flux.concat(Flux.just("first"), Flux.<String>never()).takeUntilOther(shutdown.begun());
    }
}
