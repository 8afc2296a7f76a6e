package dev.roadstead.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.EpollChannelOption;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import reactor.netty.transport.ClientTransportConfig;

/** A host that vanished without a word is noticed on every kind of connection: a stream may be silent for hours. */
class KeepAliveTest {
    @Test
    void streamsAndHijacksToAHostAreProbedWhileSilent() {
        for (String uri : new String[] {"tcp://127.0.0.1:2375", "http://127.0.0.1", "https://127.0.0.1"}) {
            Connector connector = connector(uri);
            assertThat(options(connector.http().configuration())).as(uri).containsAllEntriesOf(probed());
            assertThat(options(connector.single().configuration())).as(uri).containsAllEntriesOf(probed());
            connector.close().block();
        }
    }

    @Test
    void aUnixSocketHasNothingToProbe() {
        Connector connector = connector("unix:///run/engine.sock");
        assertThat(connector.http().configuration().options()).doesNotContainKey(ChannelOption.SO_KEEPALIVE);
        assertThat(connector.single().configuration().options()).doesNotContainKey(ChannelOption.SO_KEEPALIVE);
        connector.close().block();
    }

    private static Map<ChannelOption<?>, Object> probed() {
        return Map.of(
                ChannelOption.SO_KEEPALIVE,
                true,
                EpollChannelOption.TCP_KEEPIDLE,
                30,
                EpollChannelOption.TCP_KEEPINTVL,
                10,
                EpollChannelOption.TCP_KEEPCNT,
                3);
    }

    private static Map<ChannelOption<?>, Object> options(ClientTransportConfig<?> configuration) {
        return new HashMap<>(configuration.options());
    }

    private static Connector connector(String uri) {
        return new Connector(TestSettings.of(URI.create(uri)).settings());
    }
}
