package dev.roadstead.adapter.lxd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roadstead.container.ContainerId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An id tells the project and the name, and nothing else could be meant. */
class InstanceAddressTest {
    @Test
    void inTheDefaultProjectTheNameIsTheId() {
        assertThat(new InstanceAddress("default", "web").id()).isEqualTo(new ContainerId("web"));
        assertThat(InstanceAddress.of(new ContainerId("web"))).isEqualTo(new InstanceAddress("default", "web"));
    }

    @Test
    void elsewhereTheProjectComesFirst() {
        assertThat(new InstanceAddress("shop.eu", "web").id()).isEqualTo(new ContainerId("shop.eu.web"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"shop", "shop.eu", "user-1000", "köln", "a+b@c", "a~b"})
    void anIdLeadsBackToItsInstance(String project) {
        InstanceAddress address = new InstanceAddress(project, "web-1");

        assertThat(InstanceAddress.of(address.id())).isEqualTo(address);
    }
}
