package dev.roadstead.config;

import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import org.springframework.boot.reactor.netty.NettyServerCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** How connections of clients are kept. */
@Configuration(proxyBeanMethods = false)
class ServerConfiguration {
    private static final int IDLE_SECONDS = 60;
    private static final int PROBE_SECONDS = 15;
    private static final int PROBES = 4;

    /** A client that vanished while there was nothing to tell it (a quiet log followed) is noticed after two minutes. */
    @Bean
    NettyServerCustomizer keepAlive() {
        return server -> Epoll.isAvailable()
                ? server.childOption(ChannelOption.SO_KEEPALIVE, true)
                        .childOption(EpollChannelOption.TCP_KEEPIDLE, IDLE_SECONDS)
                        .childOption(EpollChannelOption.TCP_KEEPINTVL, PROBE_SECONDS)
                        .childOption(EpollChannelOption.TCP_KEEPCNT, PROBES)
                : server.childOption(ChannelOption.SO_KEEPALIVE, true);
    }
}
