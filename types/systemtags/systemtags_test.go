package systemtags_test

import (
	"net/netip"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/internal/redact"
	"github.com/zstack-go/zstack-go/types/systemtags"
)

const l3 = "0123456789abcdef0123456789abcdef"

func TestTags(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, tag, want, format string
		values                  map[string]string
	}{
		{"nothing to fill in", systemtags.VmVirtio(), "driver::virtio", "driver::virtio", map[string]string{}},
		{"a string", systemtags.VmHostname("web-1"), "hostname::web-1", "hostname::{hostname}", map[string]string{"hostname": "web-1"}},
		{"an IPv4 address", systemtags.VmStaticIP(l3, netip.MustParseAddr("10.0.0.7")), "staticIp::" + l3 + "::10.0.0.7",
			"staticIp::{l3NetworkUuid}::{staticIp}", map[string]string{"l3NetworkUuid": l3, "staticIp": "10.0.0.7"}},
		{"an IPv6 address", systemtags.VmStaticIP(l3, netip.MustParseAddr("2001:db8::7")), "staticIp::" + l3 + "::2001:db8--7",
			"staticIp::{l3NetworkUuid}::{staticIp}", map[string]string{"l3NetworkUuid": l3, "staticIp": "2001:db8::7"}},
		{"an IPv4 address in IPv6", systemtags.VmStaticIP(l3, netip.MustParseAddr("::ffff:10.0.0.7")), "staticIp::" + l3 + "::10.0.0.7",
			"staticIp::{l3NetworkUuid}::{staticIp}", map[string]string{"l3NetworkUuid": l3, "staticIp": "10.0.0.7"}},
		{"user data", systemtags.VmUserData([]byte("#!/bin/sh\n")), "userdata::IyEvYmluL3NoCg==", "userdata::{userdata}", map[string]string{"userdata": "#!/bin/sh\n"}},
		{"a secret", systemtags.VmConsolePassword("pw::1"), "consolePassword::pw::1", "consolePassword::{consolePassword}", map[string]string{"consolePassword": "pw::1"}},
		{"literals between", systemtags.VmPendingCapacityChange("2", "0", "4096"), "pendingCapacityChange::cpuNum::2::cpuSpeed::0::memory::4096",
			"pendingCapacityChange::cpuNum::{cpuNum}::cpuSpeed::{cpuSpeed}::memory::{memory}", map[string]string{"cpuNum": "2", "cpuSpeed": "0", "memory": "4096"}},
		{"more literal than another", systemtags.ImageCreatedByMarketplace(), "marketplace::true", "marketplace::true", map[string]string{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, tt.want, tt.tag)
			tag, ok := systemtags.Parse(tt.tag)
			require.True(t, ok)
			require.Equal(t, tt.format, tag.Format)
			require.Equal(t, tt.values, tag.Values)
		})
	}
	require.Empty(t, strings.TrimPrefix(systemtags.VmStaticIP("", netip.Addr{}), "staticIp::::"))
}

func TestWhatIsNoTag(t *testing.T) {
	t.Parallel()
	for _, tag := range []string{"", "::", "hostname", "hostname::", "Hostname::web", "newer::thing", "staticIp::" + l3, "driver::virtio::more"} {
		_, ok := systemtags.Parse(tag)
		require.False(t, ok, tag)
	}
}

// TestPatterns fills every pattern in and takes it apart again.
func TestPatterns(t *testing.T) {
	t.Parallel()
	n := 0
	for p := range systemtags.All() {
		n++
		tag, want := p.Format, map[string]string{}
		for _, token := range p.Tokens {
			start, end := strings.IndexByte(tag, '{'), strings.IndexByte(tag, '}')
			tag = tag[:start] + "x." + token + tag[end+1:]
			want[token] = "x." + token
		}
		got, ok := systemtags.Parse(tag)
		require.True(t, ok, p.Format)
		if got.Format != p.Format { // where two differ in the names of their tokens alone
			require.Equal(t, shape(p), shape(got.Pattern))
			for i, token := range p.Tokens {
				require.Equal(t, want[token], got.Values[got.Tokens[i]], p.Format)
			}
			continue
		}
		require.Equal(t, want, got.Values)
		require.Subset(t, p.Tokens, p.Sensitive)
		require.Subset(t, p.Tokens, p.References)
		require.Equal(t, len(p.Sensitive) > 0, systemtags.IsSensitive(tag))
		// What the client hides in errors and logs is what the catalogue says.
		require.Equal(t, len(p.Sensitive) > 0, len(redact.Secrets(redact.Tag, tag)) > 0, p.Format)
	}
	require.Equal(t, 374, n)
}

// shape is a pattern without the names of its tokens.
func shape(p *systemtags.Pattern) string {
	s := p.Format
	for _, token := range p.Tokens {
		start, end := strings.Index(s, "{"+token), strings.IndexByte(s, '}')
		s = s[:start] + "()" + s[end+1:]
	}
	return s
}

func FuzzParse(f *testing.F) {
	f.Add("staticIp::" + l3 + "::2001:db8--7")
	f.Add("l3::a::SecurityGroupUuids::b::c")
	f.Add("userdata::!")
	f.Fuzz(func(t *testing.T, s string) {
		tag, ok := systemtags.Parse(s)
		if ok {
			require.Len(t, tag.Values, len(tag.Tokens))
		}
	})
}
