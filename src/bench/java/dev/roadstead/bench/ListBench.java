package dev.roadstead.bench;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What the gateway costs: its start-up, its memory, and listing containers through it beside asking the Docker engine itself, in
 * alternating rounds of one run with the same client and as many connections. Needs the packaged jar, the image {@code busybox:latest}
 * on the engine, and Linux. Environment: {@code ROADSTEAD_TEST_DOCKER} (else the usual socket), {@code ROADSTEAD_BENCH_JAVA_OPTIONS} for
 * the gateway's JVM.
 */
public final class ListBench {
    private static final Path JAR = Path.of("target/roadstead.jar");
    private static final Path LOG = Path.of("target/bench-gateway.log");
    private static final int CONTAINERS = 20;
    private static final int STARTS = 3;
    private static final int ROUNDS = 3;
    private static final Duration ROUND = Duration.ofSeconds(5);
    /** So long the JVM compiles at the start of a load. */
    private static final Duration WARM_UP = Duration.ofSeconds(30);

    private static final Duration CALM = Duration.ofSeconds(2);

    private static final RoundTable TABLE = new RoundTable(12, 12, 2);

    private ListBench() {}

    /** Measures and prints a table. */
    public static void main(String[] arguments) throws IOException {
        ((Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME)).setLevel(Level.WARN);
        URI docker = URI.create(System.getenv().getOrDefault("ROADSTEAD_TEST_DOCKER", "unix:///var/run/docker.sock"));
        List<String> options = Arrays.stream(System.getenv()
                        .getOrDefault("ROADSTEAD_BENCH_JAVA_OPTIONS", "")
                        .split("\\s+", -1))
                .filter(option -> !option.isEmpty())
                .toList();
        Target engine = new Target(docker, "/containers/json?all=true", null);
        machine(engine, options);
        startUps(docker, options);
        try (Herd _ = new Herd(docker, CONTAINERS);
                GatewayProcess gateway = new GatewayProcess(JAR, options, Map.of("local", "docker " + docker), LOG)) {
            lists(engine, gateway);
        }
    }

    private static void machine(Target engine, List<String> options) throws IOException {
        JsonNode version = JsonMapper.shared().readTree(engine.at("/version").read());
        String memory = Files.readAllLines(Path.of("/proc/meminfo")).getFirst().replaceAll("\\D", "");
        String load = Files.readString(Path.of("/proc/loadavg")).split(" ", 2)[0];
        System.out.printf(
                Locale.ROOT,
                "%s, %d cores, %d GB, load before the run %s, JDK %s, Docker %s (API %s), JVM options of the gateway: %s%n",
                LocalDate.now(ZoneOffset.UTC),
                Runtime.getRuntime().availableProcessors(),
                Math.round(Long.parseLong(memory) / 1024.0 / 1024.0),
                load,
                Runtime.version(),
                version.get("Version").asString(),
                version.get("ApiVersion").asString(),
                options.isEmpty() ? "none" : String.join(" ", options));
    }

    private static void startUps(URI docker, List<String> options) {
        List<Duration> starts = new ArrayList<>();
        for (int i = 0; i < STARTS; i++) {
            try (GatewayProcess gateway = new GatewayProcess(JAR, options, Map.of("local", "docker " + docker), LOG)) {
                starts.add(gateway.startUp());
            }
        }
        starts.sort(null);
        System.out.printf(
                Locale.ROOT,
                "start-up to the first 200 of /healthz: median %.2f s (%.2f to %.2f, %d starts)%n",
                seconds(starts.get(STARTS / 2)),
                seconds(starts.getFirst()),
                seconds(starts.getLast()),
                STARTS);
    }

    private static void lists(Target engine, GatewayProcess gateway) {
        Mono.delay(CALM).block();
        System.out.printf(Locale.ROOT, "resident memory: %d MB idle after the start%n", gateway.residentMegabytes());
        Target list = gateway.target().at("/v1/containers");
        String own = list.read();
        String theirs = engine.read();
        JsonMapper json = JsonMapper.shared();
        System.out.printf(
                Locale.ROOT,
                "answers: gateway %d containers in %d bytes, engine %d containers in %d bytes%n",
                json.readTree(own).get("containers").size(),
                own.length(),
                json.readTree(theirs).size(),
                theirs.length());
        try (Load warmUp = new Load(list, 16)) {
            System.out.printf(
                    Locale.ROOT,
                    "first %d s of load, 16 connections: %.0f requests/s%n",
                    WARM_UP.toSeconds(),
                    warmUp.run(WARM_UP).perSecond());
        }
        TABLE.head("connections", "engine reads", "gateway CPU");
        compare(engine, list, gateway, 1);
        compare(engine, list, gateway, 16);
        System.out.printf(Locale.ROOT, "resident memory: %d MB after the load%n", gateway.residentMegabytes());
    }

    private static void compare(Target engine, Target list, GatewayProcess gateway, int connections) {
        List<Load.Round> direct = new ArrayList<>();
        List<Load.Round> through = new ArrayList<>();
        double reads = 0;
        Duration processor = Duration.ZERO;
        try (Load engineLoad = new Load(engine, connections);
                Load gatewayLoad = new Load(list, connections)) {
            engineLoad.run(Duration.ofSeconds(1));
            gatewayLoad.run(Duration.ofSeconds(1));
            for (int round = 0; round < ROUNDS; round++) {
                direct.add(engineLoad.run(ROUND));
                double readsBefore = gateway.engineLists();
                Duration before = gateway.processorTime();
                through.add(gatewayLoad.run(ROUND));
                processor = processor.plus(gateway.processorTime().minus(before));
                reads += gateway.engineLists() - readsBefore;
            }
        }
        Load.Round alone = Load.Round.of(direct);
        Load.Round both = Load.Round.of(through);
        String asked = String.valueOf(connections);
        TABLE.row(asked, "engine", alone);
        int answers = both.nanos().size();
        TABLE.row(
                asked,
                "gateway",
                both,
                String.format(Locale.ROOT, "%.2f/request", reads / answers),
                String.format(Locale.ROOT, "%.0f us/request", processor.toNanos() / 1e3 / answers));
    }

    private static double seconds(Duration duration) {
        return duration.toNanos() / 1e9;
    }
}
