package dev.roadstead.bench;

import java.time.Duration;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;

/** Asks one address again and again, each connection as soon as it has its answer. The same code for whatever is compared. */
final class Load implements RoundTable.Client {
    private final ConnectionProvider pool;
    private final HttpClient http;
    private final String path;
    private final int connections;

    /** A client with so many connections of its own. */
    Load(Target target, int connections) {
        this.pool = ConnectionProvider.builder("load")
                .maxConnections(connections)
                .pendingAcquireMaxCount(-1)
                .build();
        this.http = target.configure(HttpClient.create(pool));
        this.path = target.path();
        this.connections = connections;
    }

    /**
     * What came of a round.
     *
     * @param nanos of every answer, ascending
     * @param perSecond answers
     */
    record Round(List<Long> nanos, double perSecond) {
        /** All answers of these rounds together, and the median of their rates. */
        static Round of(List<Round> rounds) {
            List<Long> all = rounds.stream()
                    .flatMap(round -> round.nanos().stream())
                    .sorted()
                    .toList();
            List<Double> rates = rounds.stream().map(Round::perSecond).sorted().toList();
            return new Round(all, rates.get(rates.size() / 2));
        }

        /** The latency that this share of the answers did not exceed. */
        double millis(double share) {
            int place = (int) Math.ceil(share * nanos.size()) - 1;
            return nanos.get(Math.max(0, place)) / 1e6;
        }
    }

    @Override
    public Round run(Duration duration) {
        long begun = System.nanoTime();
        List<List<Long>> all = Flux.range(0, connections)
                .flatMap(
                        number -> Mono.defer(this::timed)
                                .repeat(() -> System.nanoTime() - begun < duration.toNanos())
                                .collectList(),
                        connections)
                .collectList()
                .blockOptional()
                .orElseThrow();
        double seconds = (System.nanoTime() - begun) / 1e9;
        List<Long> nanos = all.stream().flatMap(List::stream).sorted().toList();
        return new Round(nanos, nanos.size() / seconds);
    }

    private Mono<Long> timed() {
        long begun = System.nanoTime();
        return http.get()
                .uri(path)
                .response((response, body) -> response.status().code() == 200
                        ? body.then()
                        : Mono.error(new IllegalStateException("%s: %s".formatted(path, response.status()))))
                .then(Mono.fromSupplier(() -> System.nanoTime() - begun));
    }

    @Override
    public void close() {
        pool.dispose();
    }
}
