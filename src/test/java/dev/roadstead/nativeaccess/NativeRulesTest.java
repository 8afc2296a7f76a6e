package dev.roadstead.nativeaccess;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.roadstead.nativeaccess.NativeRules.Profile;
import dev.roadstead.nativeaccess.NativeRules.Rule;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class NativeRulesTest {
    @Test
    void everythingIsAllowedWhereNothingIsSaid() {
        isAllowed(NativeRules.FULL, "DELETE", "/v1.41/containers/web");
    }

    @Test
    void whoMayOnlyReadMayNotChangeAndNotTakeAConnectionOver() {
        NativeRules rules = rules(Profile.READ_ONLY, List.of(), List.of());

        isAllowed(rules, "GET", "/containers/json");
        isAllowed(rules, "HEAD", "/containers/web/archive");
        isDenied(rules, "POST", "/containers/create");
        isDenied(rules, "OPTIONS", "/containers/create");
        assertThatThrownBy(() -> rules.check("GET", NativePath.of("/containers/web/attach/ws"), true))
                .isInstanceOf(NativeRefusal.class);
    }

    @Test
    void nothingIsAllowedWhereNothingIsWanted() {
        isDenied(rules(Profile.NONE, List.of("* /**"), List.of()), "GET", "/info");
    }

    @Test
    void aDenialWinsOverWhatIsAllowed() {
        NativeRules rules = rules(Profile.FULL, List.of("* /**"), List.of("* /swarm/**", "POST /containers/*/exec"));

        isDenied(rules, "GET", "/swarm");
        isDenied(rules, "POST", "/v1.41/swarm/init");
        isDenied(rules, "POST", "/containers/web/exec");
        isAllowed(rules, "POST", "/containers/web/start");
        isAllowed(rules, "GET", "/swarming");
    }

    @Test
    void aDenialIsNotGoneAroundByEncoding() {
        NativeRules rules = rules(Profile.FULL, List.of(), List.of("* /swarm/**", "* /containers/*/exec"));

        isDenied(rules, "GET", "/%73warm/unlockkey");
        isDenied(rules, "GET", "/swarm%2Funlockkey");
        isDenied(rules, "POST", "/v1.41/containers/web%2Fexec");
    }

    @Test
    void whatIsAllowedByNameIsAllThatIsAllowed() {
        NativeRules rules = rules(Profile.FULL, List.of("GET /containers/**", "GET /info"), List.of());

        isAllowed(rules, "GET", "/v1.41/containers/json");
        isAllowed(rules, "GET", "/info");
        isDenied(rules, "GET", "/images/json");
        isDenied(rules, "POST", "/containers/create");
    }

    @Test
    void anAllowanceIsNotWidenedByEncoding() {
        NativeRules rules = rules(Profile.FULL, List.of("GET /containers/*"), List.of());

        isAllowed(rules, "GET", "/containers/json");
        isDenied(rules, "GET", "/containers/web%2Fexport");
    }

    @Test
    void aRuleThatIsNoneIsNotRead() {
        Stream.of("", "GET", "/containers", "get /containers", "GET containers", "GET /a b")
                .forEach(text -> assertThatThrownBy(() -> Rule.parse(text))
                        .as(text)
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("expected"));
    }

    private static NativeRules rules(Profile profile, List<String> allow, List<String> deny) {
        return new NativeRules(
                profile,
                allow.stream().map(Rule::parse).toList(),
                deny.stream().map(Rule::parse).toList());
    }

    private static void isAllowed(NativeRules rules, String method, String path) {
        assertThatCode(() -> rules.check(method, NativePath.of(path), false)).doesNotThrowAnyException();
    }

    private static void isDenied(NativeRules rules, String method, String path) {
        assertThatThrownBy(() -> rules.check(method, NativePath.of(path), false))
                .isInstanceOfSatisfying(NativeRefusal.class, refusal -> {
                    assertThat(refusal.kind()).isEqualTo(NativeRefusal.Kind.FORBIDDEN);
                    assertThat(refusal.code()).isEqualTo("NATIVE_DENIED");
                });
    }
}
