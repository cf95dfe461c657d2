import { tableBundle } from "../display/table";
import { withDisplay } from "../display/with-display";
import { packageFile, readDataFile } from "./files/data-file";

/** The numeric columns. */
export interface CarNumbers {
  /** Fuel economy, miles per US gallon. */
  readonly milesPerGallon: Float32Array;
  /** Number of cylinders, 3 to 8. */
  readonly cylinders: Float32Array;
  /** Engine displacement, cubic inches. */
  readonly displacement: Float32Array;
  /** Engine power, horsepower. */
  readonly horsepower: Float32Array;
  /** Weight, pounds. */
  readonly weight: Float32Array;
  /** Time from 0 to 60 miles per hour, seconds. */
  readonly acceleration: Float32Array;
  /** Model year, 1970 to 1982. */
  readonly year: Float32Array;
}

/** 406 cars, with one array per property. Has a display in a cell. */
export interface Cars {
  readonly name: string;
  /** The number of cars. */
  readonly size: number;
  /** Maker and model, in lower case. */
  readonly models: readonly string[];
  /** The region of the maker: `"USA"`, `"Europe"` or `"Japan"`. */
  readonly origins: readonly string[];
  /** The numeric columns, each [size]; NaN for missing values (8 fuel economies, 6 horsepowers). */
  readonly numbers: CarNumbers;
  /** The unit of each numeric column. */
  readonly units: Readonly<Record<keyof CarNumbers, string>>;
}

const units: Record<keyof CarNumbers, string> = {
  milesPerGallon: "miles per US gallon",
  cylinders: "cylinders",
  displacement: "cubic inches",
  horsepower: "horsepower",
  weight: "pounds",
  acceleration: "seconds from 0 to 60 miles per hour",
  year: "model year",
};

interface Row {
  Name: string;
  Miles_per_Gallon: number | null;
  Cylinders: number;
  Displacement: number;
  Horsepower: number | null;
  Weight_in_lbs: number;
  Acceleration: number;
  /** The first of January of the model year. */
  Year: string;
  Origin: string;
}

/**
 * Cars of the model years 1970 to 1982 (Ramos & Donoho 1983; Quinlan 1993 used 398 of them as "auto-mpg"), from the npm package
 * `vega-datasets`, in its order. In that file, the cars of 1981 have the year 1982.
 *
 * @throws Error if the package is not installed, with the fix
 */
export async function cars(): Promise<Cars> {
  const rows = JSON.parse(readDataFile(packageFile("vega-datasets", "data/cars.json")).toString("utf8")) as Row[];
  const column = (value: (row: Row) => number | null): Float32Array =>
    Float32Array.from(rows, (row) => value(row) ?? Number.NaN);
  const set: Cars = {
    name: "cars",
    size: rows.length,
    models: rows.map((row) => row.Name),
    origins: rows.map((row) => row.Origin),
    numbers: {
      milesPerGallon: column((row) => row.Miles_per_Gallon),
      cylinders: column((row) => row.Cylinders),
      displacement: column((row) => row.Displacement),
      horsepower: column((row) => row.Horsepower),
      weight: column((row) => row.Weight_in_lbs),
      acceleration: column((row) => row.Acceleration),
      year: column((row) => Number(row.Year.slice(0, 4))),
    },
    units,
  };
  return withDisplay(set, ({ size, numbers }) =>
    tableBundle(
      `${size} cars from the USA, Europe and Japan`,
      ["column", "unit", "smallest", "largest", "missing"],
      (Object.keys(units) as (keyof CarNumbers)[]).map((name) => {
        const known = numbers[name].filter((value) => !Number.isNaN(value));
        return [name, units[name], Math.min(...known), Math.max(...known), size - known.length];
      }),
    ),
  );
}
