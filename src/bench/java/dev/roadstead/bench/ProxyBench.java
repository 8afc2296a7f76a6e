package dev.roadstead.bench;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

/**
 * What the raw proxy costs beside HAProxy, nginx and the engine asked directly, all over the same Unix socket, in alternating rounds of
 * one run with the same client. Needs the packaged jar, Linux, the programs of {@link Peers}, and a Docker engine with the image
 * {@code busybox:latest}. Environment: {@code ROADSTEAD_TEST_DOCKER} (else the usual socket), {@code ROADSTEAD_BENCH_JAVA_OPTIONS} for
 * the gateway's JVM.
 */
public final class ProxyBench {
    private static final Path JAR = Path.of("target/roadstead.jar");
    private static final Path LOG = Path.of("target/bench-proxy-gateway.log");
    private static final String HOLDER = "/containers/roadstead-bench-1";
    private static final int CONTAINERS = 20;
    private static final int ROUNDS = 3;
    private static final int TRANSFERS = 3;
    private static final Duration ROUND = Duration.ofSeconds(2);
    private static final int TAR_BLOCK = 512;
    private static final int MEGABYTE = 1 << 20;

    /** So long the JVM compiles at the start of a load. */
    private static final Duration WARM_UP = Duration.ofSeconds(15);

    private ProxyBench() {}

    /** One transfer; the bytes that went. */
    private interface Transfer {
        long over(RawConnection connection) throws IOException;
    }

    /** Measures and prints tables. */
    public static void main(String[] arguments) throws IOException {
        ((Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME)).setLevel(Level.WARN);
        URI docker = URI.create(System.getenv().getOrDefault("ROADSTEAD_TEST_DOCKER", "unix:///var/run/docker.sock"));
        List<String> options = Arrays.stream(System.getenv()
                        .getOrDefault("ROADSTEAD_BENCH_JAVA_OPTIONS", "")
                        .split("\\s+", -1))
                .filter(option -> !option.isEmpty())
                .toList();
        System.out.printf(
                Locale.ROOT,
                "%s, %d cores, load before the run %s, JDK %s, JVM options of the gateway: %s%n",
                LocalDate.now(ZoneOffset.UTC),
                Runtime.getRuntime().availableProcessors(),
                Files.readString(Path.of("/proc/loadavg")).split(" ", 2)[0],
                Runtime.version(),
                options.isEmpty() ? "none" : String.join(" ", options));
        try (Herd _ = new Herd(docker, CONTAINERS);
                Peers peers = new Peers(docker);
                GatewayProcess gateway = new GatewayProcess(
                        JAR, options, Map.of("local", "docker " + docker, "quick", "docker " + peers.quick()), LOG)) {
            Target quick = gateway.target().at("/v1/engines/quick/proxy/_ping");
            try (RawLoad warmUp = new RawLoad(quick, 16)) {
                warmUp.run(WARM_UP);
            }
            requests("engine that answers at once, /_ping", sides(peers, gateway, peers.quick(), true), "/_ping");
            requests("Docker, /_ping", sides(peers, gateway, docker, false), "/_ping");
            requests("Docker, /containers/json", sides(peers, gateway, docker, false), "/containers/json");
            large(peers, gateway, docker);
            System.out.printf(Locale.ROOT, "resident memory of the gateway: %d MB%n", gateway.residentMegabytes());
        }
    }

    private static Map<String, Target> sides(Peers peers, GatewayProcess gateway, URI direct, boolean quick) {
        Map<String, Target> sides = new LinkedHashMap<>();
        sides.put("direct", new Target(direct, "", null));
        sides.put("haproxy", new Target(peers.haproxy(quick), "", null));
        sides.put("nginx", new Target(peers.nginx(quick), "", null));
        sides.put("gateway", gateway.target().at("/v1/engines/%s/proxy".formatted(quick ? "quick" : "local")));
        return sides;
    }

    private static Target below(Target target, String path) {
        return target.at(target.path() + path);
    }

    private static void requests(String what, Map<String, Target> sides, String path) {
        RoundTable table = new RoundTable(44, 8, 3);
        System.out.println();
        table.head(what);
        for (int connections : new int[] {1, 16}) {
            Map<String, RawLoad> loads = new LinkedHashMap<>();
            sides.forEach((side, target) -> loads.put(side, new RawLoad(below(target, path), connections)));
            table.compare(
                    connections + (connections == 1 ? " connection" : " connections"), loads, true, ROUNDS, ROUND);
        }
    }

    private static void large(Peers peers, GatewayProcess gateway, URI docker) throws IOException {
        fill(docker);
        System.out.printf(
                Locale.ROOT, "%n%-44s %-10s %8s %10s %14s%n", "1 GiB", "", "MB/s", "of direct", "gateway CPU");
        Map<String, Target> known = sides(peers, gateway, peers.quick(), true);
        known.put("direct/tcp", new Target(peers.quickByTcp(), "", null));
        transfers("download of a known length", known, "/large", gateway, ProxyBench::download);
        transfers(
                "Docker's archive down (chunked)",
                sides(peers, gateway, docker, false),
                HOLDER + "/archive?path=/large",
                gateway,
                ProxyBench::download);
        transfers(
                "an archive up to Docker (known length)",
                sides(peers, gateway, docker, false),
                HOLDER + "/archive?path=/tmp",
                gateway,
                ProxyBench::upload);
    }

    private static long download(RawConnection connection) throws IOException {
        connection.send(ByteBuffer.wrap(connection.head("GET", "")));
        return connection.answer();
    }

    /** A tar with one file of zeros. */
    private static long upload(RawConnection connection) throws IOException {
        long length = TAR_BLOCK + Peers.LARGE + 2 * TAR_BLOCK;
        connection.send(ByteBuffer.wrap(
                connection.head("PUT", "Content-Type: application/x-tar\r\nContent-Length: %d\r\n".formatted(length))));
        connection.send(ByteBuffer.wrap(tarHeader()));
        ByteBuffer zeros = ByteBuffer.allocateDirect(MEGABYTE);
        for (long sent = 0; sent < Peers.LARGE; sent += MEGABYTE) {
            connection.send(zeros.rewind());
        }
        connection.send(ByteBuffer.allocate(2 * TAR_BLOCK));
        connection.answer();
        return Peers.LARGE;
    }

    private static byte[] tarHeader() {
        byte[] header = new byte[TAR_BLOCK];
        put(header, 0, "uploaded");
        put(header, 100, "0000644\0");
        put(header, 108, "0000000\0");
        put(header, 116, "0000000\0");
        put(header, 124, String.format(Locale.ROOT, "%011o\0", Peers.LARGE));
        put(header, 136, "00000000000\0");
        put(header, 148, "        ");
        put(header, 156, "0");
        put(header, 257, "ustar\00000");
        int sum = 0;
        for (byte one : header) {
            sum += one;
        }
        put(header, 148, String.format(Locale.ROOT, "%06o\0 ", sum));
        return header;
    }

    private static void put(byte[] header, int at, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(bytes, 0, header, at, bytes.length);
    }

    private static void transfers(
            String what, Map<String, Target> sides, String path, GatewayProcess gateway, Transfer transfer)
            throws IOException {
        Map<String, List<Double>> rates = new LinkedHashMap<>();
        Duration processor = Duration.ZERO;
        for (int round = 0; round <= TRANSFERS; round++) {
            for (Map.Entry<String, Target> side : sides.entrySet()) {
                Duration before = gateway.processorTime();
                try (RawConnection connection = new RawConnection(below(side.getValue(), path))) {
                    long begun = System.nanoTime();
                    long bytes = transfer.over(connection);
                    double rate = bytes / 1e6 / ((System.nanoTime() - begun) / 1e9);
                    // The first of each only warms up.
                    if (round > 0) {
                        rates.computeIfAbsent(side.getKey(), _ -> new ArrayList<>())
                                .add(rate);
                    }
                }
                if (round > 0 && side.getKey().equals("gateway")) {
                    processor = processor.plus(gateway.processorTime().minus(before));
                }
            }
        }
        double direct = median(rates.getOrDefault("direct", List.of()));
        for (Map.Entry<String, List<Double>> side : rates.entrySet()) {
            double rate = median(side.getValue());
            System.out.printf(
                    Locale.ROOT,
                    "%-44s %-10s %8.0f %10.2f %14s%n",
                    what,
                    side.getKey(),
                    rate,
                    rate / direct,
                    side.getKey().equals("gateway") ? processor.toMillis() / TRANSFERS + " ms" : "");
        }
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }

    /** A file of a gigabyte in a container. */
    private static void fill(URI docker) throws IOException {
        String made = post(
                docker,
                HOLDER + "/exec",
                "{\"Cmd\":[\"sh\",\"-c\",\"dd if=/dev/zero of=/large bs=1M count=1024\"],\"AttachStdout\":true}");
        post(
                docker,
                "/exec/%s/start"
                        .formatted(JsonMapper.shared().readTree(made).get("Id").asString()),
                "{\"Detach\":false}");
    }

    private static String post(URI docker, String path, String json) throws IOException {
        Process curl = new ProcessBuilder(
                        "curl",
                        "-sSf",
                        "--unix-socket",
                        docker.getPath(),
                        "-H",
                        "Content-Type: application/json",
                        "-d",
                        json,
                        "http://localhost" + path)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String answer = new String(curl.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (curl.onExit().join().exitValue() != 0) {
            throw new IOException(path);
        }
        return answer;
    }
}
