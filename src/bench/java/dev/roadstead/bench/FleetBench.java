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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

/**
 * Listing the containers of three engines at once through the gateway, beside each engine asked directly: alternating rounds of one run
 * with the same client and as many connections. Needs the packaged jar, Linux, and the lab's Docker, Podman and LXD with the image
 * {@code busybox} ({@code ROADSTEAD_TEST_DOCKER}, {@code ROADSTEAD_TEST_PODMAN}, {@code ROADSTEAD_TEST_LXD}).
 */
public final class FleetBench {
    private static final Path JAR = Path.of("target/roadstead.jar");
    private static final Path LOG = Path.of("target/bench-fleet-gateway.log");
    private static final int CONTAINERS = 20;
    private static final int ROUNDS = 3;
    private static final Duration ROUND = Duration.ofSeconds(4);

    /** So long the JVM compiles at the start of a load. */
    private static final Duration WARM_UP = Duration.ofSeconds(20);

    private FleetBench() {}

    /** Measures and prints a table. */
    public static void main(String[] arguments) throws IOException {
        ((Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME)).setLevel(Level.WARN);
        Map<String, String> engines = new LinkedHashMap<>();
        engines.put("docker", "docker " + variable("ROADSTEAD_TEST_DOCKER"));
        engines.put("podman", "podman " + variable("ROADSTEAD_TEST_PODMAN"));
        engines.put("lxd", "lxd " + variable("ROADSTEAD_TEST_LXD"));
        System.out.printf(
                Locale.ROOT,
                "%s, %d cores, load before the run %s, JDK %s, %d containers on each engine%n",
                LocalDate.now(ZoneOffset.UTC),
                Runtime.getRuntime().availableProcessors(),
                Files.readString(Path.of("/proc/loadavg")).split(" ", 2)[0],
                Runtime.version(),
                CONTAINERS);
        try (GatewayProcess gateway = new GatewayProcess(JAR, List.of(), engines, LOG);
                FleetHerd _ = new FleetHerd(gateway.target(), engines.keySet(), CONTAINERS)) {
            Target whole = gateway.target().at("/v1/containers?limit=1000");
            Map<String, Target> sides = new LinkedHashMap<>();
            sides.put("docker", asked("ROADSTEAD_TEST_DOCKER", "/containers/json?all=true"));
            sides.put("podman", asked("ROADSTEAD_TEST_PODMAN", "/v4.0.0/libpod/containers/json?all=true"));
            sides.put("lxd", asked("ROADSTEAD_TEST_LXD", "/1.0/instances?recursion=1"));
            sides.put("gateway, all three", whole);
            warmUp(whole);
            compare(sides);
        }
    }

    private static void warmUp(Target whole) {
        System.out.printf(
                Locale.ROOT,
                "gateway's list: %d containers%n",
                JsonMapper.shared().readTree(whole.read()).get("containers").size());
        try (Load warmUp = new Load(whole, 16)) {
            warmUp.run(WARM_UP);
        }
    }

    private static void compare(Map<String, Target> sides) {
        RoundTable table = new RoundTable(12, 20, 2);
        table.head("connections");
        for (int connections : new int[] {1, 16}) {
            Map<String, Load> loads = new LinkedHashMap<>();
            sides.forEach((side, target) -> loads.put(side, new Load(target, connections)));
            table.compare(String.valueOf(connections), loads, false, ROUNDS, ROUND);
        }
    }

    private static Target asked(String variable, String path) {
        return new Target(URI.create(variable(variable)), path, null);
    }

    private static String variable(String name) {
        String value = System.getenv(name);
        if (value == null) {
            throw new IllegalStateException("not set: " + name);
        }
        return value;
    }
}
