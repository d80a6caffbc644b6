// A client of the Partner API that sends requests as the vendor's JavaScript SDK does.
// Arguments: base URL and access token. Prints the statuses of all requests as JSON.

const [base, token] = process.argv.slice(2);
const statuses = [];

async function call(path, { query = {}, method = "GET", body, bearer = token } = {}) {
  const url = new URL(`${base}/ecostruxure/scoring/v1${path}`);
  for (const [name, value] of Object.entries(query)) url.searchParams.append(name, value);
  const headers = { Accept: "application/json", Authorization: `Bearer ${bearer}`, "User-Agent": "OpenAPI-Generator/1.0.0/Javascript" };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  const response = await fetch(url, { method, headers, body: body && JSON.stringify(body) });
  statuses.push(response.status);
  return response.json();
}

const sites = await call("/sites");
for (const { id } of sites.slice(0, 2)) {
  await call(`/sites/${id}/meters`);
  await call(`/sites/${id}/projects`);
  await call(`/sites/${id}/performance-scores`, { query: { type: "daily" } });
  await call(`/sites/${id}/timeseries`, { query: { "updatedAt[gte]": "2026-05-25T00:00:00Z" } });
}
const score = { date: "2026-05-31", type: "daily", category: "water", score: 71.5 };
await call(`/sites/${sites[0].id}/performance-scores`, { method: "POST", body: [score] });
await call("/sites/unknown/meters");
await call("/sites", { bearer: "aWrongToken" });
console.log(JSON.stringify(statuses));
