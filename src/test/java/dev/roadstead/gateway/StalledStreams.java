package dev.roadstead.gateway;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.roadstead.lab.Lab;
import dev.roadstead.transport.TestPki;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** Offers the lab's simplestreams folder, and stops in the middle of one file until it is told to go on. */
final class StalledStreams implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final TestPki.Identity identity = new TestPki("streams").issue("streams", "127.0.0.1");
    private final Path folder =
            Path.of(Lab.lxd().getPath()).getParent().getParent().resolve("images/streams");
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpsServer server;
    private volatile String stalled = "";
    private volatile CountDownLatch asked = new CountDownLatch(1);
    private volatile CountDownLatch goOn = new CountDownLatch(0);

    StalledStreams() throws IOException {
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(new TestPki("streams").server(identity)));
        server.setExecutor(threads);
        server.createContext("/", this::serve);
        server.start();
    }

    URI uri() {
        return URI.create("https://127.0.0.1:" + server.getAddress().getPort());
    }

    /** By which it is trusted, as PEM. */
    String certificate() {
        return identity.certificatePem();
    }

    /** From now on it stops in the middle of the file whose path ends so. */
    void stallAt(String file) {
        stalled = file;
        asked = new CountDownLatch(1);
        goOn = new CountDownLatch(1);
    }

    /** Waits until somebody waits for that file. */
    void awaitAsked() {
        Awaitility.await("asked for " + stalled).atMost(PATIENCE).until(() -> asked.getCount() == 0);
    }

    void goOn() {
        goOn.countDown();
    }

    private void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            Path file = folder.resolve(exchange.getRequestURI().getPath().substring(1));
            if (!file.normalize().startsWith(folder) || !Files.isRegularFile(file)) {
                exchange.sendResponseHeaders(404, -1);
                return;
            }
            byte[] bytes = Files.readAllBytes(file);
            if (exchange.getRequestMethod().equals("HEAD")) {
                exchange.getResponseHeaders().set("Content-Length", String.valueOf(bytes.length));
                exchange.sendResponseHeaders(200, -1);
                return;
            }
            exchange.sendResponseHeaders(200, bytes.length);
            int half = bytes.length / 2;
            exchange.getResponseBody().write(bytes, 0, half);
            exchange.getResponseBody().flush();
            if (file.toString().endsWith(stalled) && !stalled.isEmpty()) {
                asked.countDown();
                if (!goOn.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                    return;
                }
            }
            exchange.getResponseBody().write(bytes, half, bytes.length - half);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        goOn.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}
