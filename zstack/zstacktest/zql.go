package zstacktest

func zqlAPIs() []*api {
	return []*api{on("ZQLQuery", zqlQuery)}
}

func zqlQuery(c *call) (*object, *apiError) { return runZQL(c.matcher(), c.str("zql")) }
