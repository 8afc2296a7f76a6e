package dev.roadstead.adapter.kleened.standin;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The tests run programs in the stand-in's jails, which need Linux, a static busybox, {@code unshare}, {@code script}, and the right to
 * change root in a mount namespace. Where something lacks they are skipped with it as the reason; but they fail if {@code
 * ROADSTEAD_TEST_REQUIRE} names {@code kleened}.
 */
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
@ExtendWith(JailsCondition.class)
public @interface RequiresJails {}
