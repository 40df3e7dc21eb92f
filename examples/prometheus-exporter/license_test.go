package main

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/zstack/zstacktest"
)

func TestDatesOfLicenses(t *testing.T) {
	t.Parallel()
	zone := time.FixedZone("", 8*60*60)
	for date, want := range map[string]string{
		"2030-08-23T12:27:01.000+02:00": "2030-08-23T10:27:01Z",
		"2030-08-23 12:27:01":           "2030-08-23T04:27:01Z",
		"Aug 23, 2030 12:27:01 PM":      "2030-08-23T04:27:01Z",
		"Aug 23, 2030, 1:27:01 AM":      "2030-08-22T17:27:01Z",
		"2030-08-23":                    "2030-08-22T16:00:00Z",
	} {
		t.Run(date, func(t *testing.T) {
			t.Parallel()
			ends, err := parseDate(date, zone)
			require.NoError(t, err)
			require.Equal(t, want, ends.UTC().Format(time.RFC3339))
		})
	}
}

func TestLicenses(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		reply  map[string]any
		failed []string
		dates  int
	}{
		"one that ends":  {map[string]any{"inventory": map[string]any{"expiredDate": "2030-08-23"}}, nil, 1},
		"one for ever":   {map[string]any{"inventory": map[string]any{"licenseType": "Free"}}, nil, 0},
		"a strange date": {map[string]any{"inventory": map[string]any{"expiredDate": "soon"}}, []string{"license"}, 0},
		"none":           {map[string]any{}, []string{"license"}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			node := zstacktest.New()
			node.Handle("GetLicenseInfo", func(*zstacktest.Call) (any, error) { return test.reply, nil })
			families, failed, err := newTestExporter(t, node).gather(t.Context())
			require.NoError(t, err)
			require.Equal(t, test.failed, failed)
			require.Len(t, values(t, families, "zstack_license_expiry_timestamp_seconds", "type"), test.dates)
		})
	}
}
