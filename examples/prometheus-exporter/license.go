package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/zstack-go/zstack-go/actions"
)

var (
	licenseExpired = prometheus.NewDesc("zstack_license_expired",
		"Whether the license has ended.", []string{"type"}, nil)
	licenseExpiry = prometheus.NewDesc("zstack_license_expiry_timestamp_seconds",
		"When the license ends, in seconds since 1970.", []string{"type"}, nil)
)

// collectLicense reads the license. The open-source server has none, and no such API.
func collectLicense(ctx context.Context, c *cloud, into *samples) error {
	res, err := actions.GetLicenseInfoAction{}.Call(ctx, c.client)
	if err != nil {
		return err
	}
	license := res.Inventory
	if license == nil {
		return errors.New("the server tells nothing of a license")
	}
	expired := 0.0
	if license.Expired {
		expired = 1
	}
	into.add(licenseExpired, expired, license.LicenseType)
	if license.ExpiredDate == "" {
		return nil // Some licenses have no end.
	}
	ends, err := parseDate(license.ExpiredDate, c.client.Location())
	if err != nil {
		return err
	}
	into.add(licenseExpiry, float64(ends.Unix()), license.LicenseType)
	return nil
}

// parseDate reads the date of a license, which is a string of the server's making: with a zone,
// or as a clock at the server shows it.
func parseDate(s string, location *time.Location) (time.Time, error) {
	for _, layout := range []string{time.RFC3339, time.DateTime, "Jan 2, 2006 3:04:05 PM", "Jan 2, 2006, 3:04:05 PM", time.DateOnly} {
		if t, err := time.ParseInLocation(layout, s, location); err == nil {
			return t, nil
		}
	}
	return time.Time{}, fmt.Errorf("the license ends at %q, which is no date that is known", s)
}
