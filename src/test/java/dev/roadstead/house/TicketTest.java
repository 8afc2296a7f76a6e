package dev.roadstead.house;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.roadstead.security.Tickets;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Import;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.WebTestClient;
import tools.jackson.databind.JsonNode;

/** A browser opens WebSockets with tickets, and with nothing else in an address. */
@House
@Import(SocketProbe.class)
@ExtendWith(OutputCaptureExtension.class)
class TicketTest {
    @LocalServerPort
    private int port;

    private WebTestClient alice;
    private WebTestClient nobody;

    @BeforeEach
    void clients() {
        alice = House.Client.alice(port);
        nobody = House.Client.at(port, "127.0.0.1");
    }

    @Test
    void aTicketTellsItsTargetAndItsEnd() {
        Instant before = Instant.now();
        JsonNode ticket = asked(SocketProbe.PATH + "?a=b");

        assertThat(ticket.propertyNames()).containsExactlyInAnyOrder("ticket", "target", "expires_at");
        assertThat(ticket.required("target").asString()).isEqualTo(SocketProbe.PATH + "?a=b");
        assertThat(Instant.parse(ticket.required("expires_at").asString()))
                .isBetween(before.plus(Tickets.LIFE), Instant.now().plus(Tickets.LIFE));
    }

    @Test
    void aTicketOpensItsSocketOnceAsTheUserWhoAskedForIt() {
        String ticket = ticket(SocketProbe.PATH + "?a=b&c=d");

        assertThat(opened("127.0.0.1", SocketProbe.PATH + "?c=d&ticket=" + ticket + "&a=b"))
                .isEqualTo("alice at http://127.0.0.1:%d%s?c=d&a=b".formatted(port, SocketProbe.PATH));
        assertThat(refusal("127.0.0.11", SocketProbe.PATH + "?a=b&c=d&ticket=" + ticket))
                .isEqualTo(401);
    }

    @Test
    void aTicketWorksFromAnotherAddressToo() {
        String ticket = ticket(SocketProbe.PATH);

        assertThat(opened("127.0.0.12", SocketProbe.PATH + "?ticket=" + ticket)).startsWith("alice at ");
    }

    @Test
    void aTicketForAnotherTargetIsRefusedAndUsedUp() {
        String ticket = ticket(SocketProbe.PATH + "?mode=logs");

        wrong("127.0.0.13", SocketProbe.PATH + "?mode=shell&ticket=" + ticket);
        wrong("127.0.0.13", SocketProbe.PATH + "?mode=logs&ticket=" + ticket);
    }

    @ParameterizedTest
    @ValueSource(strings = {"?ticket=", "?ticket", "?ticket=guess", "?ticket=%zz"})
    void whatIsNoTicketIsRefusedEvenWithRightCredentials(String query) {
        WebTestClient there = House.Client.at(port, "127.0.0." + (20 + query.length()));
        there.get()
                .uri(URI.create("http://127.0.0.1:%d%s%s".formatted(port, SocketProbe.PATH, query.replace("%", "%25"))))
                .headers(headers -> headers.setBasicAuth("alice", "right"))
                .exchange()
                .expectStatus()
                .isUnauthorized()
                .expectBody()
                .jsonPath("$.code")
                .isEqualTo("WRONG_TICKET")
                .jsonPath("$.instance")
                .isEqualTo(SocketProbe.PATH);
    }

    @Test
    void whoPresentsTwoTicketsPresentsNone() {
        String query = "?ticket=%s&ticket=%s".formatted(ticket(SocketProbe.PATH), ticket(SocketProbe.PATH));

        wrong("127.0.0.14", SocketProbe.PATH + query);
    }

    @Test
    void aTicketIsGoodForNothingButOpeningASocket() {
        String ticket = ticket(SocketProbe.PATH);
        for (String path : new String[] {"/v1/probe/log", "/v1/ws-tickets", "/v1/containers"}) {
            missing(HttpMethod.GET, path + "?ticket=" + ticket);
        }
        missing(HttpMethod.POST, "/v1/ws-tickets?ticket=" + ticket);
        missing(HttpMethod.POST, SocketProbe.PATH + "?ticket=" + ticket);

        assertThat(opened("127.0.0.1", SocketProbe.PATH + "?ticket=" + ticket))
                .as("what was not asked for was not used up")
                .startsWith("alice at ");
    }

    @Test
    void nothingElseInAnAddressLetsAnybodyIn() {
        String basic = "YWxpY2U6cmlnaHQ=";
        String ticket = ticket(SocketProbe.PATH);
        for (String name : new String[] {
            "token",
            "access_token",
            "auth",
            "authorization",
            "Authorization",
            "api_key",
            "password",
            "TICKET",
            "ticket[]",
            "_ticket"
        }) {
            for (String value : new String[] {basic, "Basic%20" + basic, "right", ticket}) {
                for (String path : new String[] {"/v1/probe/log", SocketProbe.PATH}) {
                    missing(HttpMethod.GET, "%s?user=alice&%s=%s".formatted(path, RawQuery.name(name), value));
                }
            }
        }
        assertThat(opened("127.0.0.1", SocketProbe.PATH + "?ticket=" + ticket)).startsWith("alice at ");
    }

    @Test
    void whoGuessesTicketsHasToWaitAsOneWhoGuessesPasswords() {
        String address = "127.0.0.15";
        for (int i = 0; i < 3; i++) {
            wrong(address, SocketProbe.PATH + "?ticket=guess" + i);
        }
        String ticket = ticket(SocketProbe.PATH);
        WebTestClient there = House.Client.at(port, address);
        there.get()
                .uri(SocketProbe.PATH + "?ticket=" + ticket)
                .exchange()
                .expectStatus()
                .isEqualTo(429)
                .expectBody()
                .jsonPath("$.code")
                .isEqualTo("TOO_MANY_FAILED_LOGINS");
        there.get()
                .uri("/v1/probe/log")
                .headers(headers -> headers.setBasicAuth("alice", "right"))
                .exchange()
                .expectStatus()
                .isEqualTo(429);

        assertThat(opened("127.0.0.1", SocketProbe.PATH + "?ticket=" + ticket)).startsWith("alice at ");
    }

    @Test
    void whoGotATicketMayUseItThoughSomebodyElseAtTheAddressGuesses() {
        WebTestClient there = House.Client.at(port, "127.0.0.16");
        String ticket = there.post()
                .uri("/v1/ws-tickets")
                .headers(headers -> headers.setBasicAuth("alice", "right"))
                .bodyValue(Map.of("target", SocketProbe.PATH))
                .exchange()
                .expectBody(JsonNode.class)
                .returnResult()
                .getResponseBody()
                .required("ticket")
                .asString();
        for (int i = 0; i < 3; i++) {
            wrong("127.0.0.16", SocketProbe.PATH + "?ticket=guess" + i);
        }

        assertThat(opened("127.0.0.16", SocketProbe.PATH + "?ticket=" + ticket)).startsWith("alice at ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/ws/",
                "/v1/ws",
                "/v1/containers",
                "/v1/ws-tickets",
                "ws://gateway/v1/ws/x",
                "//gateway/v1/ws/x",
                "/v1/ws/x#top",
                "/v1/ws/x?ticket=y",
                "/v1/ws/x y",
                "v1/ws/x"
            })
    void aTicketForSomethingElseIsRefused(String target) {
        alice.post()
                .uri("/v1/ws-tickets")
                .bodyValue(Map.of("target", target))
                .exchange()
                .expectStatus()
                .isBadRequest()
                .expectBody()
                .jsonPath("$.code")
                .isEqualTo("INVALID_TARGET")
                .jsonPath("$.details.field")
                .isEqualTo("target")
                .jsonPath("$.details.provided")
                .isEqualTo(target);
    }

    @Test
    void aRequestForATicketHasToBeWhole() {
        alice.post()
                .uri("/v1/ws-tickets")
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue("{}")
                .exchange()
                .expectStatus()
                .isBadRequest()
                .expectBody()
                .jsonPath("$.code")
                .isEqualTo("MISSING_TARGET");
        alice.post()
                .uri("/v1/ws-tickets")
                .bodyValue(Map.of("target", "/v1/ws/" + "x".repeat(5_000)))
                .exchange()
                .expectStatus()
                .isBadRequest();
        nobody.post()
                .uri("/v1/ws-tickets")
                .bodyValue(Map.of("target", SocketProbe.PATH))
                .exchange()
                .expectStatus()
                .isUnauthorized();
    }

    @Test
    void noLogLineNoProblemAndNoMeasurementHasATicket(CapturedOutput output) {
        String used = ticket(SocketProbe.PATH);
        String lost = ticket("/v1/ws/no/such/socket");
        opened("127.0.0.1", SocketProbe.PATH + "?ticket=" + used);
        String problem = nobody.get()
                .uri(URI.create("http://127.0.0.1:%d/v1/ws/no/such/socket?%%74icket=%s".formatted(port, lost)))
                .exchange()
                .expectStatus()
                .isNotFound()
                .expectBody(String.class)
                .returnResult()
                .getResponseBody();
        nobody.get().uri("/v1/ws-tickets?ticket=" + lost).exchange();

        await().untilAsserted(() -> assertThat(output.getOut().lines())
                .anySatisfy(line -> assertThat(line).contains("GET " + SocketProbe.PATH + " ", "user=alice"))
                .anySatisfy(line -> assertThat(line).contains("GET /v1/ws/no/such/socket 404 ", "user=alice"))
                .anySatisfy(line -> assertThat(line).contains("opened by alice")));
        assertThat(output.getAll()).doesNotContain(used, lost);
        assertThat(problem).doesNotContain(lost);
        assertThat(alice.get()
                        .uri("/actuator/prometheus")
                        .exchange()
                        .expectBody(String.class)
                        .returnResult()
                        .getResponseBody())
                .doesNotContain(used, lost);
    }

    @Test
    void anotherSitesPageOpensNoSocketEvenWithTheBrowsersCredentials() {
        alice.get()
                .uri(SocketProbe.PATH)
                .header(HttpHeaders.ORIGIN, "http://evil.example")
                .exchange()
                .expectStatus()
                .isForbidden()
                .expectBody()
                .jsonPath("$.code")
                .isEqualTo("CROSS_SITE_REQUEST")
                .jsonPath("$.details.policy")
                .isEqualTo("same_origin");
        String ticket = ticket(SocketProbe.PATH);
        nobody.get()
                .uri(SocketProbe.PATH + "?ticket=" + ticket)
                .header(HttpHeaders.ORIGIN, "http://evil.example")
                .exchange()
                .expectStatus()
                .isForbidden();

        assertThat(opened("127.0.0.1", SocketProbe.PATH + "?ticket=" + ticket)).startsWith("alice at ");
    }

    /** A query's parameter as a client would write it. */
    private static final class RawQuery {
        static String name(String name) {
            return name.replace("[", "%5B").replace("]", "%5D");
        }
    }

    private void wrong(String address, String path) {
        House.Client.at(port, address)
                .get()
                .uri(path)
                .exchange()
                .expectStatus()
                .isUnauthorized()
                .expectBody()
                .jsonPath("$.code")
                .isEqualTo("WRONG_TICKET");
    }

    private void missing(HttpMethod method, String path) {
        nobody.method(method)
                .uri(URI.create("http://127.0.0.1:%d%s".formatted(port, path)))
                .exchange()
                .expectStatus()
                .isUnauthorized()
                .expectBody()
                .jsonPath("$.code")
                .isEqualTo("MISSING_CREDENTIALS");
    }

    private String ticket(String target) {
        return asked(target).required("ticket").asString();
    }

    private JsonNode asked(String target) {
        return alice.post()
                .uri("/v1/ws-tickets")
                .bodyValue(Map.of("target", target))
                .exchange()
                .expectStatus()
                .isCreated()
                .expectHeader()
                .value(HttpHeaders.CACHE_CONTROL, value -> assertThat(value).contains("no-store"))
                .expectBody(JsonNode.class)
                .returnResult()
                .getResponseBody();
    }

    private int refusal(String address, String path) {
        CompletableFuture<String> answer = connect(address, path);
        try {
            throw new AssertionError("opened: " + answer.join());
        } catch (CompletionException failed) {
            assertThatThrownBy(() -> {
                        throw failed.getCause();
                    })
                    .isInstanceOf(WebSocketHandshakeException.class);
            return ((WebSocketHandshakeException) failed.getCause())
                    .getResponse()
                    .statusCode();
        }
    }

    private String opened(String address, String path) {
        return connect(address, path)
                .orTimeout(20, java.util.concurrent.TimeUnit.SECONDS)
                .join();
    }

    private CompletableFuture<String> connect(String address, String path) {
        CompletableFuture<String> told = new CompletableFuture<>();
        HttpClient http = HttpClient.newBuilder()
                .localAddress(InetAddress.ofLiteral(address))
                .connectTimeout(Duration.ofSeconds(20))
                .build();
        return http.newWebSocketBuilder()
                .buildAsync(URI.create("ws://127.0.0.1:%d%s".formatted(port, path)), new WebSocket.Listener() {
                    private final StringBuilder text = new StringBuilder();

                    @Override
                    public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
                        text.append(data);
                        socket.request(1);
                        return null;
                    }

                    @Override
                    public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
                        told.complete(text.toString());
                        return null;
                    }

                    @Override
                    public void onError(WebSocket socket, Throwable failure) {
                        told.completeExceptionally(failure);
                    }
                })
                .thenCompose(socket -> told)
                .whenComplete((text, failure) -> http.shutdownNow());
    }
}
