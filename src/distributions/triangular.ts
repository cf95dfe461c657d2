import { executeOp } from "../runtime/execute-op";
import { tf } from "../runtime/tensorflow";

/** Operations on lower-triangular matrices L [batch, D, D], with gradients. */

type Save = (saved: tf.Tensor[]) => void;

/** The lower triangle of square matrices, with zeros above it. */
export function lowerTriangle(matrix: tf.Tensor): tf.Tensor {
  return tf.customGrad((input) => ({
    value: bandPart(input as tf.Tensor),
    gradFunc: (dy: tf.Tensor) => bandPart(dy),
  }))(matrix);
}

/** The diagonals of square matrices, [batch, D]. */
export function diagonal(matrix: tf.Tensor): tf.Tensor {
  return tf.customGrad((input) => ({
    value: executeOp("MatrixDiagPart", { T: "float32" }, [input as tf.Tensor]),
    gradFunc: (dy: tf.Tensor) => executeOp("MatrixDiag", { T: "float32" }, [dy]),
  }))(matrix);
}

/** Diagonal matrices [batch, D, D] with the given diagonals [batch, D]. */
export function diagonalMatrix(diagonals: tf.Tensor): tf.Tensor {
  return tf.customGrad((input) => ({
    value: executeOp("MatrixDiag", { T: "float32" }, [input as tf.Tensor]),
    gradFunc: (dy: tf.Tensor) => executeOp("MatrixDiagPart", { T: "float32" }, [dy]),
  }))(diagonals);
}

/** L⁻¹ B by forward substitution, for B [batch, D, m]. Entries of L above the diagonal are ignored. */
export function solveLower(l: tf.Tensor, b: tf.Tensor): tf.Tensor {
  return tf.customGrad((left, right, save) => {
    const value = triangularSolve(left as tf.Tensor, right as tf.Tensor, false);
    (save as Save)([left as tf.Tensor, value]);
    return {
      value,
      // X = L⁻¹B: dB = L⁻ᵀ dX and dL = −dB Xᵀ, of which only the lower triangle matters (Giles 2008, section 2.3.1).
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const [l, x] = saved as [tf.Tensor, tf.Tensor];
        const db = triangularSolve(l, dy, true);
        return [bandPart(tf.neg(tf.matMul(db, x, false, true))), db];
      },
    };
  })(l, b);
}

const triangularSolve = (l: tf.Tensor, b: tf.Tensor, adjoint: boolean): tf.Tensor =>
  executeOp("MatrixTriangularSolve", { T: "float32", lower: true, adjoint }, [l, b]);

const bandPart = (matrix: tf.Tensor): tf.Tensor =>
  tf.tidy(() =>
    executeOp("MatrixBandPart", { T: "float32", Tindex: "int32" }, [
      matrix,
      tf.scalar(-1, "int32"),
      tf.scalar(0, "int32"),
    ]),
  );
