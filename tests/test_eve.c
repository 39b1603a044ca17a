/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The lines that are put together by hand are JSON whatever is in them, and
 * the schema of events knows every name that there is.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/policy.h"
#include "eve.h"
#include "events.h"

#define SCHEMA "src/events.schema.json"

static json_t *parse(const char *line, size_t len)
{
	json_error_t error;
	json_t *o = json_loadb(line, len, JSON_REJECT_DUPLICATES, &error);

	if (!o)
		fail_msg("%s: %.*s", error.text, (int)len, line);
	assert_int_equal(line[len - 1], '\n');
	assert_null(memchr(line, '\n', len - 1));
	return o;
}

static const char *text_of(const json_t *o, const char *key)
{
	return json_string_value(json_object_get(o, key));
}

static void assert_iface(const char *name, const char *expected)
{
	const struct sighting s = {.finding = FINDING_ACK_SCAN};
	char line[EVE_LINE_BYTES];
	json_t *o = parse(line, eve_finding(line, &s, name, 0));

	assert_string_equal(text_of(o, "in_iface"), expected);
	json_decref(o);
}

static void no_interface_can_break_a_line(void **state)
{
	(void)state;
	assert_iface("eth0.100", "eth0.100");
	assert_iface("a\"b\\c", "a?b?c");
	assert_iface("\n\t\x1b[1m\x7f", "???[1m?");
	assert_iface("\xff\xfe\xc3", "???");
	assert_iface("longer-than-any-interface", "longer-than-any");
}

static void the_longest_line_has_room(void **state)
{
	struct sighting s = {.finding = FINDING_UNSOLICITED_SYN_ACK};
	struct ending e = {.conn_state = CONN_RSTOS0, .findings = 0};
	char line[EVE_LINE_BYTES];
	json_t *o;

	(void)state;
	memset(&s.src, 0xfe, sizeof(s.src));
	s.dst = s.src;
	s.src_port = s.dst_port = 65535;
	s.flags = 0x1ff;
	o = parse(line, eve_finding(line, &s, "fifteen-letters", 1));
	assert_string_equal(text_of(o, "flags"),
			    "FIN,SYN,RST,PSH,ACK,URG,ECE,CWR,AE");
	json_decref(o);
	e.orig = e.resp = s.src;
	for (int f = FINDING_NONE + 1; f < NUM_FINDINGS; f++)
		e.findings |= (uint16_t)(1u << f);
	memset(e.history, 'S', sizeof(e.history) - 1);
	o = parse(line, eve_handshake(line, &e, UINT64_MAX));
	assert_int_equal(json_array_size(json_object_get(o, "findings")),
			 NUM_FINDINGS - 1);
	json_decref(o);
}

static void a_line_longer_than_the_buffer_is_whole(void **state)
{
	json_t *o = eve_new("stats", 0), *read;
	char buffer[64], text[512], *line;
	size_t len;

	(void)state;
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	eve_set_text(o, "file", text);
	for (size_t bytes = 1; bytes < sizeof(buffer); bytes++) {
		line = eve_line(o, buffer, bytes, &len);
		assert_non_null(line);
		assert_ptr_not_equal(line, buffer);
		read = parse(line, len);
		assert_true(json_equal(read, o));
		json_decref(read);
		free(line);
	}
	json_decref(o);
}

/* A line of just the buffer's size has no room for its newline. */
static void the_newline_has_room(void **state)
{
	json_t *o = eve_new("stop", 0);
	char buffer[256], *line;
	size_t whole, len;

	(void)state;
	assert_ptr_equal(eve_line(o, buffer, sizeof(buffer), &whole), buffer);
	assert_ptr_equal(eve_line(o, buffer, whole, &len), buffer);
	assert_int_equal(len, whole);
	line = eve_line(o, buffer, whole - 1, &len);
	assert_ptr_not_equal(line, buffer);
	assert_int_equal(len, whole);
	free(line);
	json_decref(o);
}

/* ---- the schema ---- */

static json_t *schema;

static int read_schema(void **state)
{
	(void)state;
	schema = json_load_file(SCHEMA, JSON_REJECT_DUPLICATES, NULL);
	return schema ? 0 : -1;
}

static int drop_schema(void **state)
{
	(void)state;
	json_decref(schema);
	return 0;
}

static const json_t *definition(const char *name)
{
	const json_t *d = json_object_get(json_object_get(schema, "$defs"),
					  name);

	assert_non_null(d);
	return d;
}

static void assert_enum(const json_t *where, const char *const *names, int n)
{
	const json_t *array = json_object_get(where, "enum");

	assert_int_equal(json_array_size(array), n);
	for (int i = 0; i < n; i++)
		assert_string_equal(
			json_string_value(json_array_get(array, (size_t)i)),
			names[i]);
}

static const json_t *property(const char *event, const char *name)
{
	return json_object_get(
		json_object_get(definition(event), "properties"), name);
}

static void the_schema_knows_every_name(void **state)
{
	(void)state;
	assert_enum(definition("finding"), finding_name + 1, NUM_FINDINGS - 1);
	assert_enum(definition("grade"), grade_name, NUM_GRADES);
	assert_enum(property("handshake", "conn_state"), conn_state_name,
		    NUM_CONN_STATES);
	assert_enum(property("suppressed", "kind"), event_kind_name,
		    NUM_EVENT_KINDS);
	assert_int_equal(json_integer_value(json_object_get(
				 property("handshake", "history"),
				 "maxLength")),
			 HISTORY_BYTES - 1);
}

/* Every kind, and those that are none of the daemon's. */
static void the_schema_knows_every_event(void **state)
{
	const json_t *value;
	const char *name;
	int found = 0;

	(void)state;
	json_object_foreach (json_object_get(schema, "$defs"), name, value) {
		const json_t *type = json_object_get(
			json_object_get(json_object_get(value, "properties"),
					"event_type"),
			"const");

		for (int i = 0; type && i < NUM_EVENT_KINDS; i++)
			found += strcmp(json_string_value(type),
					event_kind_name[i]) == 0;
		if (type)
			assert_true(json_is_false(json_object_get(
				value, "additionalProperties")));
	}
	assert_int_equal(found, NUM_EVENT_KINDS);
	assert_int_equal(json_array_size(json_object_get(schema, "oneOf")),
			 NUM_EVENT_KINDS + 2); /* suppressed, stats */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_interface_can_break_a_line),
		cmocka_unit_test(the_longest_line_has_room),
		cmocka_unit_test(a_line_longer_than_the_buffer_is_whole),
		cmocka_unit_test(the_newline_has_room),
		cmocka_unit_test_setup_teardown(the_schema_knows_every_name,
						read_schema, drop_schema),
		cmocka_unit_test_setup_teardown(the_schema_knows_every_event,
						read_schema, drop_schema),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
